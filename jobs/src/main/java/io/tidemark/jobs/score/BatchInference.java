package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches through an engine and does not let one bad row spoil the others.
 *
 * <p>How it works: a call that fails for a reason that passes is repeated after a pause that
 * doubles, from half of it to all of it at random so that subtasks do not come back together, while
 * there is time before the deadline. One that fails for good is split in two, and the halves again,
 * until each bad row is alone: of n rows one bad one costs about 2 log₂ n calls.
 *
 * <p>Not thread-safe: used by the thread that owns the engine.
 */
final class BatchInference implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchInference.class);

  private static final int MOST_RETRIES = 5;
  private static final long FIRST_PAUSE_NANOS = 1_000_000;

  private final ModelContract contract;
  private final ScoringEngine engine;
  private final ScoringMetrics metrics;
  private final LongSupplier nanoClock;
  private boolean failing;

  /** Once it is made, the engine is its own to close. */
  BatchInference(
      ModelContract contract,
      ScoringEngine engine,
      ScoringMetrics metrics,
      LongSupplier nanoClock) {
    this.contract = contract;
    this.engine = engine;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /**
   * Scores the first {@code count} rows, whatever happens; rows that cannot be are marked so.
   *
   * @param deadlineNanos until when it is worth trying again
   */
  void run(TensorRows rows, int count, BatchScores scores, long deadlineNanos) {
    scores.clear();
    run(rows, 0, count, scores, deadlineNanos);
  }

  private void run(TensorRows rows, int from, int count, BatchScores scores, long deadlineNanos) {
    try {
      score(rows, from, count, scores, deadlineNanos);
      failing = false;
    } catch (Exception e) {
      if (count == 1 || nanoClock.getAsLong() - deadlineNanos >= 0) {
        fail(from, count, scores, e);
      } else {
        metrics.split.inc();
        int half = count / 2;
        run(rows, from, half, scores, deadlineNanos);
        run(rows, from + half, count - half, scores, deadlineNanos);
      }
    } catch (Throwable e) { // such as a library that is gone: no smaller batch will do better
      fail(from, count, scores, e);
    }
  }

  private void score(TensorRows rows, int from, int count, BatchScores scores, long deadlineNanos)
      throws Exception {
    long pauseNanos = FIRST_PAUSE_NANOS;
    for (int retry = 0; ; retry++) {
      try {
        engine.score(rows, from, count, scores);
        return;
      } catch (Exception e) {
        long leftNanos = deadlineNanos - nanoClock.getAsLong();
        if (!engine.isTransient(e) || retry == MOST_RETRIES || leftNanos <= pauseNanos) {
          throw e;
        }
        metrics.retried.inc();
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pauseNanos / 2, pauseNanos));
        pauseNanos *= 2;
      }
    }
  }

  private void fail(int from, int count, BatchScores scores, Throwable reason) {
    for (int row = from; row < from + count; row++) {
      scores.fail(row);
    }
    if (!failing) { // the first of a run of failures; the metric counts all of them
      failing = true;
      LOG.warn(
          "Model {} {} failed on {} of its records, answered with the fallback: {}",
          contract.metadata().name(),
          contract.metadata().version(),
          count,
          reason.toString());
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
