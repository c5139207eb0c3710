package io.tidemark.jobs.join;

import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.KnownPast;
import io.tidemark.jobs.event.OrderedOperator;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.event.VectorMigration;
import io.tidemark.jobs.state.ManifestState;
import io.tidemark.jobs.state.Refusals;
import io.tidemark.jobs.state.StateManifest;
import io.tidemark.jobs.state.StateRefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
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
 *
 * <p>The first event of a key arms the timer that forgets it. In a savepoint of a job that an
 * earlier release has drained these timers are gone: the keys that it holds answer as ever, but are
 * never forgotten, and take their place until a job starts without it.
 */
public final class FeatureFusionOperator extends OrderedOperator {
  private static final long serialVersionUID = 1L;

  /** Events that came behind the watermark. */
  public static final OutputTag<Event> LATE = new OutputTag<>("late", RecordTypeInfo.EVENT);

  /** Events whose id was accepted before. */
  public static final OutputTag<RejectedRecord> DUPLICATES =
      new OutputTag<>("duplicates", RecordTypeInfo.REJECTED);

  private static final long DAY_MILLIS = 86_400_000;

  /**
   * Over how long, and in how many steps, state is handed over ahead of a checkpoint: in a longer
   * time more keys change again, in a shorter one events wait for it.
   */
  static final long AHEAD_MILLIS = 2_000;

  static final int AHEAD_STEPS = 100;

  private final EventSchema schema;
  private final VectorColumns columns;
  private final EntityKey key;
  private final KeyedFeatures features;
  private final long startCoveredSinceMillis;
  private final long cacheBytes;

  /** Per key group. */
  private transient KnownPast[] past;

  private transient StateManifest manifest;
  private transient ManifestState manifestState;

  /** What the state said that was restored; null where there was none, or no manifest. */
  private transient @Nullable StateManifest before;

  private transient @Nullable VectorMigration migration;
  private transient FusionMetrics counts;
  private transient CheckpointForecast forecast;
  private transient @Nullable ScheduledFuture<?> ahead; // the next step, or the last

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
    this.columns = columns;
    this.key = key;
    this.features = features;
    this.cacheBytes = order == EventOrder.BATCH ? 0 : cacheBytes;
    this.startCoveredSinceMillis = coveredSince.toEpochMilli();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    past = new KnownPast[getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks()];
    Arrays.fill(past, KnownPast.since(startCoveredSinceMillis));
    manifestState = ManifestState.in(context.getOperatorStateStore());
    manifest = features.manifest();
    before = manifestState.restored();
    if (before != null) {
      List<String> refusals = Refusals.of(before, manifest);
      if (!refusals.isEmpty()) {
        throw new StateRefusedException(String.join("\n", refusals));
      }
      migration = new VectorMigration(before, schema, columns);
      manifest = manifest.after(before);
      features.resume(manifest);
    }
    super.initializeState(context);
  }

  @Override
  public void open() throws Exception {
    super.open();
    features.open(getKeyedStateStore(), this, cacheBytes);
    forecast = new CheckpointForecast();
    counts = new FusionMetrics(getMetricGroup(), features.contract(), System::currentTimeMillis);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    // Here the barrier has passed already: those behind do not wait for this.
    features.flush();
    long sinceMillis = Long.MIN_VALUE;
    TaskInfo task = getRuntimeContext().getTaskInfo();
    for (int keyGroup :
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            past.length, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask())) {
      sinceMillis = Math.max(sinceMillis, past[keyGroup].sinceMillis());
    }
    manifestState.put(manifest.as(sinceMillis, latestMillis()));
    super.snapshotState(context);
    if (ahead != null) {
      ahead.cancel(false);
    }
    long nowMillis = getProcessingTimeService().getCurrentProcessingTime();
    forecast
        .next(context.getCheckpointTimestamp(), nowMillis)
        .ifPresent(
            nextMillis -> {
              if (nextMillis - AHEAD_MILLIS > nowMillis) {
                flushAhead(1, nextMillis - AHEAD_MILLIS);
              }
            });
  }

  /**
   * What waits to be handed over when a checkpoint comes is what all events behind it wait for: the
   * most of it is handed over before, a little at a time.
   */
  private void flushAhead(int step, long atMillis) {
    // Where it fails it fails the task, as any timer does.
    ahead =
        getProcessingTimeService()
            .registerTimer(
                atMillis,
                nowMillis -> {
                  features.flushAhead(step, AHEAD_STEPS);
                  if (step < AHEAD_STEPS) {
                    flushAhead(step + 1, nowMillis + AHEAD_MILLIS / AHEAD_STEPS);
                  }
                });
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
    switch (features.update(vector, past[currentKeyGroup()])) {
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
    } else if (!features.answer(vector, past[currentKeyGroup()])) {
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
    out.writeLong(past[keyGroup].sinceMillis());
    out.writeLong(past[keyGroup].forgottenUpToMillis());
  }

  @Override
  protected void readKeyGroup(int keyGroup, long firedUpTo, DataInputView in) throws IOException {
    long sinceMillis = Math.min(startCoveredSinceMillis, in.readLong());
    KnownPast known = new KnownPast(sinceMillis, in.readLong());
    if (before != null && firedUpTo != Long.MIN_VALUE) {
      long memoryMillis = before.span().memoryMillis();
      if (memoryMillis < manifest.span().memoryMillis()) {
        // Windows reach further now than keys were remembered.
        known = known.forgetting(firedUpTo - memoryMillis);
      }
    }
    past[keyGroup] = known;
  }

  @Override
  protected void readLegacyKeyGroup(int keyGroup, DataInputView in) throws IOException {
    String refusal = Refusals.ofLegacy(in.readUTF(), features.legacyLayout());
    if (refusal != null) {
      throw new IllegalStateException(refusal);
    }
    past[keyGroup] = KnownPast.since(Math.min(startCoveredSinceMillis, in.readLong()));
  }

  @Override
  protected FeatureVector restored(FeatureVector vector) {
    return migration == null ? super.restored(vector) : migration.turn(vector);
  }

  /** Timers are coarse, so that a key arms few of them. */
  private static long roundUpToDay(long timeMillis) {
    return -Math.floorDiv(-timeMillis, DAY_MILLIS) * DAY_MILLIS;
  }
}
