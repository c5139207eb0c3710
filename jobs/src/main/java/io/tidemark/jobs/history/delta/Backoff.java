package io.tidemark.jobs.history.delta;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between attempts: twice as long each time up to a maximum, and between half and all of it
 * at random, so that writers that met once do not meet again.
 *
 * @param attempts how many in all
 * @param first the longest pause after the first attempt
 * @param longest the longest pause of all
 */
record Backoff(int attempts, Duration first, Duration longest) implements Serializable {
  static final Backoff DEFAULT = new Backoff(30, Duration.ofMillis(20), Duration.ofSeconds(2));

  /** Waits after the n-th attempt, counted from 1; false at once if it was the last one. */
  boolean pauseAfter(int attempt) throws InterruptedException {
    if (attempt >= attempts) {
      return false;
    }
    long doubled = first.toMillis() << Math.min(attempt - 1, 20);
    long millis = Math.min(doubled, longest.toMillis());
    Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    return true;
  }
}
