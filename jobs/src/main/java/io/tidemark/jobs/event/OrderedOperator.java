package io.tidemark.jobs.event;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.runtime.state.InternalKeyContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupStatePartitionStreamProvider;
import org.apache.flink.runtime.state.KeyedStateCheckpointOutputStream;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * A keyed operator that takes vectors in a defined order (see {@link EventOrder}).
 *
 * <p><b>How it works.</b> In arrival order a vector is handled at once; but behind a history, which
 * one source subtask reads, those of the topic wait until the watermark says that all of the
 * history has passed. In event-time order vectors wait until the watermark has passed them, are
 * handled by (event time, id), and then the watermark goes on. Those of all keys of the subtask
 * wait together; checkpoints hold them as raw keyed state, written by key group, so that it is
 * rescaled with the keys and costs no access to the state backend. Its size is what arrives ahead
 * of the watermark: the out-of-orderness, and how far apart partitions are that are read at
 * different speeds. The watermark is kept with it: sources begin theirs anew after a restart, and
 * what was late must not count then. In batch mode Flink has sorted by key and time, and only
 * vectors of equal key and time are collected to be ordered by id; a timer, which Flink fires at
 * the end of each key, empties the last of them.
 */
public abstract class OrderedOperator extends AbstractStreamOperator<FeatureVector>
    implements OneInputStreamOperator<FeatureVector, FeatureVector>,
        Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1L;
  private static final byte FORMAT = 2;

  /** Without what timers have done. */
  private static final byte FORMAT_WITHOUT_TIMERS = 1;

  private final VectorColumns columns;
  private final EventOrder order;
  private final EventComparator comparator;
  private final KeySelector<FeatureVector, String> key;
  private final long allowedLatenessMillis;

  /** In arrival order: the watermark from which on nothing waits any more. */
  private final long historyEndMillis;

  private transient InternalTimerService<VoidNamespace> timers;
  private transient WaitingVectors waiting;
  private transient List<FeatureVector> ties;
  private transient boolean endOfKeyAwaited;
  private transient long watermarkMillis;

  /** Up to when timers have fired, whatever a drain has done to the watermark. */
  private transient long firedUpToMillis;

  private transient long latestMillis;
  private transient int maxParallelism;

  /** Null where the state backend holds one key after another. */
  private transient @Nullable InternalKeyContext<?> keyContext;

  /**
   * @param handOver where the topic takes over from a history; null where there is no history
   * @param key selects the same key that the input is partitioned by
   * @param allowedLatenessMillis how far behind the watermark a vector is not yet late, in arrival
   *     order
   */
  protected OrderedOperator(
      EventSchema schema,
      VectorColumns columns,
      EventOrder order,
      @Nullable HandOver handOver,
      KeySelector<FeatureVector, String> key,
      long allowedLatenessMillis) {
    this.columns = columns;
    this.order = order;
    this.comparator = new EventComparator(schema);
    this.key = key;
    this.allowedLatenessMillis = allowedLatenessMillis;
    this.historyEndMillis = handOver == null ? Long.MIN_VALUE : handOver.historyEndMillis();
  }

  /** Handles the next vector in order; its key is the current one. */
  protected abstract void onVector(FeatureVector vector) throws Exception;

  /** Handles a vector that came behind the watermark; its key is the current one. */
  protected abstract void onLateVector(FeatureVector vector) throws Exception;

  /** Handles a timer of {@link #registerTimer}; never called in batch mode. */
  protected abstract void onTimer(long timeMillis) throws Exception;

  /** Writes what belongs to a key group beside the waiting vectors. */
  protected abstract void writeKeyGroup(int keyGroup, DataOutputView out) throws IOException;

  /**
   * Reads what {@link #writeKeyGroup} wrote.
   *
   * @param firedUpTo event time up to which timers had fired when it was written; {@link
   *     Long#MIN_VALUE} where none had, or where it is not known
   */
  protected abstract void readKeyGroup(int keyGroup, long firedUpTo, DataInputView in)
      throws IOException;

  /** Reads what the first releases wrote for a key group. */
  protected abstract void readLegacyKeyGroup(int keyGroup, DataInputView in) throws IOException;

  /**
   * Turns a vector that waited when a checkpoint was taken into one of this job.
   *
   * @throws IllegalStateException if it cannot be
   */
  protected FeatureVector restored(FeatureVector vector) {
    columns.requireSame(vector);
    return vector;
  }

  @Override
  protected boolean isUsingCustomRawKeyedState() {
    return true;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    waiting = new WaitingVectors(comparator);
    ties = new ArrayList<>();
    watermarkMillis = Long.MIN_VALUE;
    firedUpToMillis = Long.MIN_VALUE;
    latestMillis = Long.MIN_VALUE;
    maxParallelism = getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
    if (context.isRestored()) {
      for (KeyGroupStatePartitionStreamProvider provider : context.getRawKeyedStateInputs()) {
        restore(provider.getKeyGroupId(), new DataInputViewStreamWrapper(provider.getStream()));
      }
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("timers", VoidNamespaceSerializer.INSTANCE, this);
    keyContext = getKeyedStateBackend() instanceof InternalKeyContext<?> known ? known : null;
  }

  /** A vector that only waits needs no key yet: to set one costs as much as a look-up. */
  @Override
  public void setKeyContextElement(StreamRecord<FeatureVector> element) throws Exception {
    if (order != EventOrder.EVENT_TIME) {
      super.setKeyContextElement1(element);
    }
  }

  @Override
  public void processElement(StreamRecord<FeatureVector> element) throws Exception {
    FeatureVector vector = element.getValue();
    latestMillis = Math.max(latestMillis, vector.trigger().timeMillis());
    switch (order) {
      case ARRIVAL -> {
        if (vector.trigger().timeMillis() + allowedLatenessMillis <= watermarkMillis) {
          onLateVector(vector);
        } else if (vector.trigger().timeMillis() > historyEndMillis
            && watermarkMillis < historyEndMillis) {
          waiting.add(vector);
        } else {
          onVector(vector);
        }
      }
      case EVENT_TIME -> {
        if (vector.trigger().timeMillis() <= watermarkMillis) {
          setCurrentKey(key.getKey(vector));
          onLateVector(vector);
        } else {
          waiting.add(vector);
        }
      }
      case BATCH -> collectTie(vector);
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    // Lower than before only until sources have caught up after a restart.
    watermarkMillis = Math.max(watermarkMillis, mark.getTimestamp());
    if (watermarkMillis != Long.MAX_VALUE) {
      firedUpToMillis = watermarkMillis;
    }
    boolean nothingWaits = order == EventOrder.ARRIVAL && watermarkMillis >= historyEndMillis;
    long releasedUpToMillis = nothingWaits ? Long.MAX_VALUE : watermarkMillis;
    for (FeatureVector next = waiting.pollUpTo(releasedUpToMillis);
        next != null;
        next = waiting.pollUpTo(releasedUpToMillis)) {
      setCurrentKey(key.getKey(next));
      onVector(next);
    }
    if (mark.getTimestamp() == Long.MAX_VALUE && order != EventOrder.BATCH) {
      // No time has passed at the end of an input: the timers stay, for a drained job is restored.
      output.emitWatermark(mark);
    } else {
      super.processWatermark(mark);
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    if (status.isIdle() && !waiting.isEmpty()) {
      // After a restore no source knows any more of what waits here: a silent topic releases it.
      processWatermark(new Watermark(waiting.highestMillis()));
    }
    super.processWatermarkStatus(status);
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    if (order == EventOrder.BATCH) {
      endOfKeyAwaited = false;
      handleTies();
    } else {
      onTimer(timer.getTimestamp());
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("No timer in processing time is ever registered");
  }

  /** Asks for {@link #onTimer} for the current key once the watermark has passed a time. */
  protected final void registerTimer(long timeMillis) {
    if (order != EventOrder.BATCH) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, timeMillis);
    }
  }

  /** Time of the latest event that came here; {@link Long#MIN_VALUE} before the first. */
  protected final long latestMillis() {
    return latestMillis;
  }

  protected final void emit(FeatureVector vector) {
    output.collect(new StreamRecord<>(vector, vector.trigger().timeMillis()));
  }

  /** The key group of the current key, which most backends know already. */
  protected final int currentKeyGroup() {
    return keyContext == null
        ? KeyGroupRangeAssignment.assignToKeyGroup(getCurrentKey(), maxParallelism)
        : keyContext.getCurrentKeyGroupIndex();
  }

  private void collectTie(FeatureVector vector) throws Exception {
    if (!ties.isEmpty() && ties.get(0).trigger().timeMillis() != vector.trigger().timeMillis()) {
      handleTies();
    }
    if (!endOfKeyAwaited) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, Long.MAX_VALUE);
      endOfKeyAwaited = true;
    }
    ties.add(vector);
  }

  private void handleTies() throws Exception {
    ties.sort(comparator);
    for (FeatureVector vector : ties) {
      onVector(vector);
    }
    ties.clear();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    Map<Integer, List<FeatureVector>> byKeyGroup = new HashMap<>();
    for (FeatureVector vector : waiting.all()) {
      int keyGroup = KeyGroupRangeAssignment.assignToKeyGroup(key.getKey(vector), maxParallelism);
      byKeyGroup.computeIfAbsent(keyGroup, group -> new ArrayList<>()).add(vector);
    }
    KeyedStateCheckpointOutputStream stream = context.getRawKeyedOperatorStateOutput();
    for (int keyGroup : stream.getKeyGroupList()) {
      stream.startNewKeyGroup(keyGroup);
      DataOutputView out = new DataOutputViewStreamWrapper(stream);
      out.writeByte(FORMAT);
      // The end of a drained input is not one of the topic: it goes on after a restore.
      out.writeLong(watermarkMillis == Long.MAX_VALUE ? Long.MIN_VALUE : watermarkMillis);
      out.writeLong(firedUpToMillis);
      writeKeyGroup(keyGroup, out);
      List<FeatureVector> vectors = byKeyGroup.getOrDefault(keyGroup, List.of());
      out.writeInt(vectors.size());
      for (FeatureVector vector : vectors) {
        FeatureVectorSerializer.INSTANCE.serialize(vector, out);
      }
    }
  }

  private void restore(int keyGroup, DataInputView in) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT && format != FORMAT_WITHOUT_TIMERS) {
      throw new IOException(
          "Waiting events in format version "
              + format
              + ", but this release reads versions up to "
              + FORMAT
              + ": the savepoint was written by a later release");
    }
    // Equal for all key groups: every subtask has seen the same watermarks before the barrier.
    watermarkMillis = Math.max(watermarkMillis, in.readLong());
    if (format == FORMAT) {
      long firedUpTo = in.readLong();
      firedUpToMillis = Math.max(firedUpToMillis, firedUpTo);
      readKeyGroup(keyGroup, firedUpTo, in);
    } else {
      readLegacyKeyGroup(keyGroup, in);
    }
    for (int rest = in.readInt(); rest > 0; rest--) {
      waiting.add(restored(FeatureVectorSerializer.INSTANCE.deserialize(in)));
    }
  }
}
