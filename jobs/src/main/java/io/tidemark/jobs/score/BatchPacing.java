package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many rows a batch takes and how long it waits for them.
 *
 * <p>How it works: what a call costs is known from the warm-up ({@link BatchCost}), how fast rows
 * come from the batches themselves. A batch takes the fewest rows that reach nearly the engine's
 * peak rate, its hand-over from thread to thread included. It waits as long as it takes to gather a
 * batch that is worth its call, and not at all where no second row is to be expected within the
 * contract's {@code maxDelay}, which no wait exceeds. Where a batch took longer than half of the
 * contract's time-out from its first row to its answer, both shrink by a tenth; they grow back by a
 * hundredth per batch that did not.
 *
 * <p>Thread-safe: read by the task thread, moved on by the engine's.
 */
final class BatchPacing {
  /** The share of a call's time that has to go into rows for the call to be worth it. */
  private static final double WORTH = 0.8;

  private static final double BACK_OFF = 0.9;
  private static final double RECOVERY = 1.01;
  private static final double LEAST = 0.01;

  /** Over how long rows are counted, and how much the latest count weighs in their rate. */
  private static final long RATE_SPAN_NANOS = 5_000_000;

  private static final double LATEST = 0.3;

  private final @Nullable BatchCost cost;
  private final int bestRows;
  private final int worthRows;
  private final long maxDelayNanos;
  private final long objectiveNanos;

  private volatile int rows;
  private volatile long delayNanos;
  private double rowsPerNano; // guarded by this
  private long rowsSince; // guarded by this
  private long sinceNanos; // guarded by this
  private double restraint = 1; // guarded by this

  private BatchPacing(
      ModelContract.Batch batch, @Nullable BatchCost cost, long objectiveNanos, long nowNanos) {
    this.cost = cost;
    this.maxDelayNanos = batch.maxDelay().toNanos();
    this.objectiveNanos = objectiveNanos;
    this.bestRows = cost == null ? batch.maxRows() : bestRows(cost, batch.maxRows());
    this.worthRows = cost == null ? bestRows : cost.rowsOfEfficiency(WORTH, bestRows);
    this.sinceNanos = nowNanos;
    this.rows = bestRows;
    this.delayNanos = maxDelayNanos;
  }

  /** As the contract says, whatever comes. */
  static BatchPacing fixed(ModelContract.Batch batch) {
    return new BatchPacing(batch, null, Long.MAX_VALUE, 0);
  }

  /** Within what the contract says, by what the engine costs and how rows come. */
  static BatchPacing adaptive(
      ModelContract.Batch batch, Duration timeout, BatchCost cost, long nowNanos) {
    return new BatchPacing(batch, cost, timeout.toNanos() / 2, nowNanos);
  }

  private int bestRows(BatchCost measured, int maxRows) {
    // A third each for gathering, waiting for the batch before, and the call.
    double most = (objectiveNanos / 3.0 - measured.nanosPerCall()) / measured.nanosPerRow();
    return (int) Math.max(1, Math.min(most, measured.withHandOver().bestRows(maxRows)));
  }

  /** How many rows the next batch may take. */
  int rows() {
    return rows;
  }

  /** How long a batch that is not full waits for more rows. */
  long delayNanos() {
    return delayNanos;
  }

  /**
   * Takes note of a batch that was scored.
   *
   * @param answeredNanos from its first row until it was scored
   */
  synchronized void observe(int count, long nowNanos, long answeredNanos) {
    if (cost == null) {
      return;
    }
    rowsSince += count;
    long spanNanos = nowNanos - sinceNanos;
    if (spanNanos >= RATE_SPAN_NANOS) {
      rowsPerNano += LATEST * (rowsSince / (double) spanNanos - rowsPerNano);
      rowsSince = 0;
      sinceNanos = nowNanos;
    }
    restraint =
        answeredNanos > objectiveNanos
            ? Math.max(LEAST, restraint * BACK_OFF)
            : Math.min(1, restraint * RECOVERY);
    rows = (int) Math.max(1, bestRows * restraint);
    delayNanos = (long) (restraint * delayFor(rowsPerNano));
  }

  private double delayFor(double rate) {
    boolean moreToCome = rate * maxDelayNanos >= 2;
    return moreToCome ? Math.min((double) maxDelayNanos, worthRows / rate) : 0;
  }
}
