package io.tidemark.jobs.event;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Makes an empty feature vector of every accepted event and sends rejections aside. Counts both,
 * see {@link AcceptanceMetrics}.
 */
public final class AcceptEvents extends ProcessFunction<Ingested, FeatureVector> {
  private static final long serialVersionUID = 1L;

  /** The records that were not accepted. */
  public static final OutputTag<RejectedRecord> REJECTED =
      new OutputTag<>("rejected", RecordTypeInfo.REJECTED);

  /** Name of the accumulator that counts accepted events. */
  public static final String ACCEPTED = "accepted events";

  private final String event;
  private final VectorColumns columns;
  private final LongCounter total = new LongCounter();
  private transient AcceptanceMetrics metrics;
  private transient volatile @Nullable TimerService time; // known with the first record

  /**
   * @param event name of the event's contract
   */
  public AcceptEvents(String event, VectorColumns columns) {
    this.event = event;
    this.columns = columns;
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(ACCEPTED, total);
    metrics =
        new AcceptanceMetrics(
            getRuntimeContext().getMetricGroup(),
            event,
            this::watermarkMillis,
            System::currentTimeMillis);
  }

  private long watermarkMillis() {
    TimerService known = time;
    return known == null ? Long.MIN_VALUE : known.currentWatermark();
  }

  @Override
  public void processElement(Ingested ingested, Context context, Collector<FeatureVector> out) {
    if (time == null) {
      time = context.timerService();
    }
    Event accepted = ingested.event();
    RejectedRecord refusal = ingested.rejected();
    if (accepted != null) {
      metrics.accepted.inc();
      total.add(1);
      out.collect(FeatureVector.of(accepted, columns));
    } else if (refusal != null) {
      metrics.rejected(refusal.reason()).inc();
      context.output(REJECTED, refusal);
    }
  }
}
