package io.tidemark.jobs.join;

import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.OrderedOperator;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.RejectedRecord;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Adds the features of one entity to every trigger that passes, as of the trigger's time. No join
 * state and no half-joined records: the trigger itself carries what the operators before it added,
 * and the order per key is kept.
 *
 * <p>A late trigger is answered without changing state, marked, and its event sent aside once, by
 * the first operator that finds it late. A duplicate goes no further. A trigger without a key gets
 * the entity's features as missing.
 *
 * <p>Per key group it remembers since when events are known to be complete: the first event time
 * the job has seen, or the history it was told of; a window that reaches further back is warming
 * up.
 */
public final class FeatureFusionOperator extends OrderedOperator {
  private static final long serialVersionUID = 1L;

  /** Events that came behind the watermark. */
  public static final OutputTag<Event> LATE = new OutputTag<>("late", RecordTypeInfo.EVENT);

  /** Events whose id was accepted before. */
  public static final OutputTag<RejectedRecord> DUPLICATES =
      new OutputTag<>("duplicates", RecordTypeInfo.REJECTED);

  private static final long DAY_MILLIS = 86_400_000;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final EventSchema schema;
  private final EntityKey key;
  private final KeyedFeatures features;
  private final EventOrder order;

  private transient long[] coveredSinceMillis;
  private transient Counter late;
  private transient Counter duplicates;

  public FeatureFusionOperator(
      EventSchema schema, EventOrder order, EntityKey key, KeyedFeatures features) {
    super(schema, order, key, schema.contract().time().allowedLateness().toMillis());
    this.schema = schema;
    this.key = key;
    this.features = features;
    this.order = order;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    coveredSinceMillis =
        new long[getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks()];
    // Batch mode shows one key after another: there is no first event to go by.
    Arrays.fill(coveredSinceMillis, order == EventOrder.BATCH ? Long.MIN_VALUE : UNKNOWN);
    super.initializeState(context);
  }

  @Override
  public void open() throws Exception {
    super.open();
    features.open(getKeyedStateStore());
    late = getMetricGroup().counter("tidemark_events_late");
    duplicates = getMetricGroup().counter("tidemark_events_duplicate");
  }

  @Override
  protected void onVector(FeatureVector vector) throws Exception {
    Event event = vector.trigger();
    if (key.isNull(event)) {
      features.missing(vector);
      emit(vector);
      return;
    }
    if (vector.isLate()) {
      features.answer(vector, coveredSince(event));
      emit(vector);
      return;
    }
    switch (features.update(vector, coveredSince(event))) {
      case DUPLICATE -> {
        duplicates.inc();
        output.collect(DUPLICATES, new StreamRecord<>(RejectedRecord.duplicate(schema, event)));
      }
      case ACCEPTED -> emit(vector);
      case ACCEPTED_FIRST -> {
        registerTimer(roundUpToDay(event.timeMillis() + features.retentionMillis()));
        emit(vector);
      }
    }
  }

  @Override
  protected void onLateVector(FeatureVector vector) throws Exception {
    if (!vector.isLate()) {
      vector.markLate();
      late.inc();
      output.collect(LATE, new StreamRecord<>(vector.trigger()));
    }
    onVector(vector);
  }

  @Override
  protected void onTimer(long timeMillis) throws Exception {
    features.expire(timeMillis).ifPresent(next -> registerTimer(roundUpToDay(next)));
  }

  private long coveredSince(Event event) {
    int keyGroup = currentKeyGroup();
    if (coveredSinceMillis[keyGroup] == UNKNOWN) {
      // The first event this subtask sees tells since when it listens, for all of its keys.
      for (int i = 0; i < coveredSinceMillis.length; i++) {
        if (coveredSinceMillis[i] == UNKNOWN) {
          coveredSinceMillis[i] = event.timeMillis();
        }
      }
    }
    return coveredSinceMillis[keyGroup];
  }

  @Override
  protected void writeKeyGroup(int keyGroup, DataOutputView out) throws IOException {
    out.writeUTF(features.layout());
    out.writeLong(coveredSinceMillis[keyGroup]);
  }

  @Override
  protected void readKeyGroup(int keyGroup, DataInputView in) throws IOException {
    String written = in.readUTF();
    if (!written.equals(features.layout())) {
      throw new IllegalStateException(
          "The state of operator '"
              + getOperatorName()
              + "' holds "
              + written
              + ", but the contract now needs "
              + features.layout()
              + ". Start without this savepoint, or raise the contract's major version");
    }
    coveredSinceMillis[keyGroup] = in.readLong();
  }

  /** Timers are coarse, so that a key arms few of them. */
  private static long roundUpToDay(long timeMillis) {
    return -Math.floorDiv(-timeMillis, DAY_MILLIS) * DAY_MILLIS;
  }
}
