package io.tidemark.jobs.score;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way through the engine together. Reused: the buffers are as old as the function.
 *
 * <p>How it works: one word holds the number of rows and a seal. The task thread writes row n and
 * then publishes it by compare-and-set from n to n + 1; whoever sets the seal, the task thread with
 * the last row or another thread at any time, owns the batch and sees exactly the rows published. A
 * row whose publication fails against the seal goes to the next batch. No lock and no allocation
 * per row.
 *
 * <p>Thread-safe as far as that word goes: {@link #add} is for the task thread, {@link #trySeal}
 * for any; everything else is for whoever owns the batch, which changes hands under the batcher's
 * lock.
 */
final class MicroBatch {
  private static final int SEAL = 1 << 31;

  /** What became of a row. */
  enum Admission {
    ADDED,
    /** Added as the last one that fits; the caller now owns the batch. */
    FILLED,
    /** Not added: the batch has left. */
    SEALED,
    /** Not added: a value cannot stand in its tensor. */
    UNFIT
  }

  private final AtomicInteger state = new AtomicInteger();
  private final TensorRows rows;
  private final @Nullable FeatureVector[] vectors;
  private final @Nullable ResultFuture<Score>[] futures;
  private final BatchScores scores;
  private int limit;

  /** When the oldest row came. */
  long openedNanos;

  /** How long the oldest row waited until the engine's thread took the batch; negative before. */
  long queueWaitNanos; // guarded by the batcher's lock

  /** Who has it in the engine, or had; guarded by the batcher's lock. */
  MicroBatcher.@Nullable Drain drain;

  /** Makes its answers once it was scored: its model's, or those of the one that stood in. */
  @Nullable Answers answers; // written by the drain thread before it sends the answer

  /** Whether some thread has taken it upon itself to answer; guarded by the batcher's lock. */
  boolean claimed;

  /** Of engine and answer, how many may still touch the batch; guarded by the batcher's lock. */
  int holds;

  @SuppressWarnings({"unchecked", "rawtypes"})
  MicroBatch(InputLayout layout, int maxRows) {
    this.rows = new TensorRows(layout, maxRows);
    this.vectors = new FeatureVector[maxRows];
    this.futures = new ResultFuture[maxRows];
    this.scores = new BatchScores(maxRows);
  }

  /**
   * Makes an empty, open batch of it.
   *
   * @param rows how many it takes, at most as many as the contract allows
   */
  void open(long nowNanos, int rows) {
    Arrays.fill(vectors, 0, count(), null);
    Arrays.fill(futures, 0, count(), null);
    openedNanos = nowNanos;
    limit = Math.min(rows, vectors.length);
    queueWaitNanos = -1;
    drain = null;
    answers = null;
    claimed = false;
    holds = 2;
    state.set(0);
  }

  Admission add(FeatureVector vector, ResultFuture<Score> future) {
    int count = state.get();
    if (count < 0) {
      return Admission.SEALED;
    }
    if (!rows.write(count, vector)) {
      return Admission.UNFIT;
    }
    vectors[count] = vector;
    futures[count] = future;
    boolean last = count + 1 == limit;
    if (!state.compareAndSet(count, last ? (count + 1) | SEAL : count + 1)) {
      return Admission.SEALED;
    }
    return last ? Admission.FILLED : Admission.ADDED;
  }

  /**
   * Closes the batch to further rows; true for the one caller that did, who owns it from then on.
   */
  boolean trySeal() {
    return state.getAndUpdate(count -> count | SEAL) >= 0;
  }

  boolean isSealed() {
    return state.get() < 0;
  }

  int count() {
    return state.get() & ~SEAL;
  }

  TensorRows rows() {
    return rows;
  }

  BatchScores scores() {
    return scores;
  }

  FeatureVector vector(int row) {
    return present(vectors[row]);
  }

  ResultFuture<Score> future(int row) {
    return present(futures[row]);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("A row beyond those published, or a batch already reused");
    }
    return value;
  }
}
