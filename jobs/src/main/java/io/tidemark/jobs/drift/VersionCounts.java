package io.tidemark.jobs.drift;

import io.tidemark.jobs.event.DriftCounts;
import io.tidemark.jobs.event.Score;

/** Counts of one model version in one window while they grow. Used by one task thread. */
final class VersionCounts {
  private final CellLayout layout;
  private final DriftWindow window;
  private final long[] counts;
  private long firstMillis = Long.MAX_VALUE;
  private long lastMillis = Long.MIN_VALUE;

  VersionCounts(CellLayout layout, DriftWindow window) {
    this.layout = layout;
    this.window = window;
    this.counts = new long[layout.length()];
  }

  DriftWindow window() {
    return window;
  }

  String version() {
    return layout.version();
  }

  CellLayout layout() {
    return layout;
  }

  long lastMillis() {
    return lastMillis;
  }

  long[] counts() {
    return counts;
  }

  void add(Score score) {
    layout.count(score, counts);
    long timeMillis = score.vector().trigger().timeMillis();
    firstMillis = Math.min(firstMillis, timeMillis);
    lastMillis = Math.max(lastMillis, timeMillis);
  }

  /** Adds counts of the same window and cells. */
  void add(DriftCounts other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts()[i];
    }
    firstMillis = Math.min(firstMillis, other.firstMillis());
    lastMillis = Math.max(lastMillis, other.lastMillis());
  }

  /**
   * As they are now.
   *
   * @param seenMillis highest event time of the version in any window
   */
  DriftCounts toRecord(long seenMillis) {
    return new DriftCounts(
        window.startMillis(),
        window.endMillis(),
        layout.version(),
        layout.digest(),
        firstMillis,
        Math.max(lastMillis, seenMillis),
        counts.clone());
  }
}
