package io.tidemark.jobs.event;

import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Makes an empty feature vector of every accepted event and sends rejections aside.
 *
 * <p>Metrics: {@code tidemark_events_accepted} and {@code tidemark_events_rejected{reason}}, counts
 * of records since the start of the task.
 */
public final class AcceptEvents extends ProcessFunction<Ingested, FeatureVector> {
  private static final long serialVersionUID = 1L;

  /** The records that were not accepted. */
  public static final OutputTag<RejectedRecord> REJECTED =
      new OutputTag<>("rejected", RecordTypeInfo.REJECTED);

  /** Name of the accumulator that counts accepted events. */
  public static final String ACCEPTED = "accepted events";

  private final VectorColumns columns;
  private final LongCounter total = new LongCounter();
  private transient Counter accepted;
  private transient Map<RejectionReason, Counter> rejected;

  public AcceptEvents(VectorColumns columns) {
    this.columns = columns;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    getRuntimeContext().addAccumulator(ACCEPTED, total);
    accepted = metrics.counter("tidemark_events_accepted");
    rejected = new EnumMap<>(RejectionReason.class);
    for (RejectionReason reason : RejectionReason.values()) {
      rejected.put(
          reason, metrics.addGroup("reason", reason.label()).counter("tidemark_events_rejected"));
    }
  }

  @Override
  public void processElement(Ingested ingested, Context context, Collector<FeatureVector> out) {
    Event event = ingested.event();
    RejectedRecord refusal = ingested.rejected();
    if (event != null) {
      accepted.inc();
      total.add(1);
      out.collect(FeatureVector.of(event, columns));
    } else if (refusal != null) {
      rejected.get(refusal.reason()).inc();
      context.output(REJECTED, refusal);
    }
  }
}
