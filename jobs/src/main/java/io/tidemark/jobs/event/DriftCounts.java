package io.tidemark.jobs.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one subtask has counted of one model version in one window of event time. Counts of several
 * subtasks, and of one subtask at several times, add up.
 *
 * @param windowEndMillis excluded
 * @param gridDigest tells which cells these are: other baselines have another digest
 * @param firstMillis lowest event time among these records
 * @param lastMillis highest event time of the version that the subtask had seen, in any window
 * @param counts records per cell; nobody writes to it
 */
public record DriftCounts(
    long windowStartMillis,
    long windowEndMillis,
    String version,
    int gridDigest,
    long firstMillis,
    long lastMillis,
    long[] counts) {

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DriftCounts drift
        && windowStartMillis == drift.windowStartMillis
        && windowEndMillis == drift.windowEndMillis
        && version.equals(drift.version)
        && gridDigest == drift.gridDigest
        && firstMillis == drift.firstMillis
        && lastMillis == drift.lastMillis
        && Arrays.equals(counts, drift.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(windowStartMillis) + Arrays.hashCode(counts);
  }
}
