package io.tidemark.cli.check;

import org.jspecify.annotations.Nullable;

/**
 * How much a job has to hold, for an estimate of its state.
 *
 * @param keys of each contract
 * @param eventsPerSecond of all keys together; null for the rate that each contract expects
 */
public record Load(long keys, @Nullable Double eventsPerSecond) {
  private static final double SECONDS_PER_DAY = 86_400;

  public Load {
    if (keys < 1 || (eventsPerSecond != null && !(eventsPerSecond > 0))) {
      throw new IllegalArgumentException("Not a load: " + keys + " keys, " + eventsPerSecond);
    }
  }

  /** Of one key. */
  double eventsPerKeyPerDay(double rate) {
    return rate * SECONDS_PER_DAY / keys;
  }
}
