package io.tidemark.jobs.feature;

import java.io.Serializable;
import java.util.List;

/**
 * What one entity's log holds and which windows run over it.
 *
 * @param columns number of values per entry
 * @param windows distinct windows, in the order that positions refer to
 * @param slackMillis how far behind its key's head an event is answered in full: entries are kept
 *     for the largest reach plus this
 */
record LogLayout(int columns, List<WindowSpec> windows, long slackMillis) implements Serializable {
  LogLayout {
    windows = List.copyOf(windows);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("A log without windows");
    }
  }

  /**
   * One window {@code (t - delay - size, t - delay]}.
   *
   * @param columns the columns that its aggregates read
   */
  record WindowSpec(long sizeMillis, long delayMillis, List<Integer> columns)
      implements Serializable {
    WindowSpec {
      columns = List.copyOf(columns);
      if (sizeMillis <= 0 || delayMillis < 0) {
        throw new IllegalArgumentException(
            "A window of " + sizeMillis + " ms delayed by " + delayMillis + " ms");
      }
    }

    long reachMillis() {
      return sizeMillis + delayMillis;
    }
  }

  long largestReachMillis() {
    return windows.stream().mapToLong(WindowSpec::reachMillis).max().orElseThrow();
  }

  /** Entries this far behind the head of their key are dropped. */
  long retentionMillis() {
    return largestReachMillis() + slackMillis;
  }
}
