package io.tidemark.jobs.join;

import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.OrderedOperator;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.VectorColumns;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Adds the features of one entity to every trigger that passes, as of the trigger's time. No join
 * state and no half-joined records: the trigger itself carries what the operators before it added,
 * and the order per key is kept.
 *
 * <p>A late trigger is answered without changing state, marked, and its event sent aside once, by
 * the first operator that finds it late. A duplicate goes no further. A trigger without a key gets
 * the entity's features as missing.
 *
 * <p>Per key group it remembers since when events are known to be complete: what it was told at the
 * first start, or earlier where a later start was told of more history. A window that reaches
 * further back is warming up.
 */
public final class FeatureFusionOperator extends OrderedOperator {
  private static final long serialVersionUID = 1L;

  /** Events that came behind the watermark. */
  public static final OutputTag<Event> LATE = new OutputTag<>("late", RecordTypeInfo.EVENT);

  /** Events whose id was accepted before. */
  public static final OutputTag<RejectedRecord> DUPLICATES =
      new OutputTag<>("duplicates", RecordTypeInfo.REJECTED);

  private static final long DAY_MILLIS = 86_400_000;

  private final EventSchema schema;
  private final EntityKey key;
  private final KeyedFeatures features;
  private final long startCoveredSinceMillis;
  private final long cacheBytes;

  private transient long[] coveredSinceMillis;
  private transient FusionMetrics counts;

  /** Without a history. */
  public FeatureFusionOperator(
      EventSchema schema,
      VectorColumns columns,
      EventOrder order,
      Instant coveredSince,
      EntityKey key,
      KeyedFeatures features,
      long cacheBytes) {
    this(schema, columns, order, null, coveredSince, key, features, cacheBytes);
  }

  /**
   * @param handOver where the topic takes over from a history; null where there is no history
   * @param coveredSince event time since which a start without a savepoint sees all events
   * @param cacheBytes heap per subtask for the state of keys used lately
   */
  public FeatureFusionOperator(
      EventSchema schema,
      VectorColumns columns,
      EventOrder order,
      @Nullable HandOver handOver,
      Instant coveredSince,
      EntityKey key,
      KeyedFeatures features,
      long cacheBytes) {
    super(
        schema,
        columns,
        order,
        handOver,
        key,
        schema.contract().time().allowedLateness().toMillis());
    this.schema = schema;
    this.key = key;
    this.features = features;
    this.cacheBytes = order == EventOrder.BATCH ? 0 : cacheBytes;
    this.startCoveredSinceMillis = coveredSince.toEpochMilli();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    coveredSinceMillis =
        new long[getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks()];
    Arrays.fill(coveredSinceMillis, startCoveredSinceMillis);
    super.initializeState(context);
  }

  @Override
  public void open() throws Exception {
    super.open();
    features.open(getKeyedStateStore(), this, cacheBytes);
    counts = new FusionMetrics(getMetricGroup(), features.contract(), System::currentTimeMillis);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    // Here the barrier has passed already: those behind do not wait for this.
    features.flush();
    super.snapshotState(context);
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
      onLateVector(vector);
      return;
    }
    switch (features.update(vector, coveredSinceMillis[currentKeyGroup()])) {
      case DUPLICATE -> report(event);
      case TOO_LATE -> onLateVector(vector);
      case ACCEPTED -> {
        counts.took(event.timeMillis(), features.skippedValues());
        emit(vector);
      }
      case ACCEPTED_FIRST -> {
        counts.took(event.timeMillis(), features.skippedValues());
        if (features.retentionMillis() != KeyedFeatures.FOR_EVER) {
          registerTimer(roundUpToDay(event.timeMillis() + features.retentionMillis()));
        }
        emit(vector);
      }
    }
  }

  @Override
  protected void onLateVector(FeatureVector vector) throws Exception {
    Event event = vector.trigger();
    if (key.isNull(event)) {
      features.missing(vector);
    } else if (!features.answer(vector, coveredSinceMillis[currentKeyGroup()])) {
      report(event);
      return;
    }
    if (!vector.isLate()) {
      vector.markLate();
      counts.late.inc();
      output.collect(LATE, new StreamRecord<>(event));
    }
    emit(vector);
  }

  private void report(Event duplicate) {
    counts.duplicates.inc();
    output.collect(DUPLICATES, new StreamRecord<>(RejectedRecord.duplicate(schema, duplicate)));
  }

  @Override
  protected void onTimer(long timeMillis) throws Exception {
    features.expire(timeMillis).ifPresent(next -> registerTimer(roundUpToDay(next)));
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
              + ". Start without this savepoint");
    }
    coveredSinceMillis[keyGroup] = Math.min(coveredSinceMillis[keyGroup], in.readLong());
  }

  /** Timers are coarse, so that a key arms few of them. */
  private static long roundUpToDay(long timeMillis) {
    return -Math.floorDiv(-timeMillis, DAY_MILLIS) * DAY_MILLIS;
  }
}
