package io.tidemark.jobs.join;

import java.util.OptionalLong;

/**
 * When an operator is to expect its next checkpoint: as long after the last one as that came after
 * the one before. Wrong where somebody takes a savepoint or a checkpoint fails, and right again two
 * checkpoints later.
 */
final class CheckpointForecast {
  private long triggeredMillis = Long.MIN_VALUE;

  /** The least time from when one was triggered, by another clock, until it was here. */
  private long leastDelayMillis = Long.MAX_VALUE;

  /**
   * Takes note of a checkpoint.
   *
   * @param atMillis when it was triggered, as it says itself
   * @param nowMillis when it has reached the operator, by the operator's clock
   * @return when the next one will be here at the earliest, by the operator's clock; empty with the
   *     first
   */
  OptionalLong next(long atMillis, long nowMillis) {
    leastDelayMillis = Math.min(leastDelayMillis, nowMillis - atMillis);
    long before = triggeredMillis;
    triggeredMillis = atMillis;
    return before == Long.MIN_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(atMillis + (atMillis - before) + leastDelayMillis);
  }
}
