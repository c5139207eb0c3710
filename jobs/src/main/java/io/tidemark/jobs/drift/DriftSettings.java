package io.tidemark.jobs.drift;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How drift is measured.
 *
 * @param baselines one for each version of the model that may score
 * @param window how long a window is, in whole milliseconds of event time; whole weeks, unless a
 *     part of a week has the same share of weekends and nights as a whole one
 * @param origin a time at which a window begins; others begin whole windows before and after
 * @param minimumSample values below which a window says nothing about a feature
 */
public record DriftSettings(
    List<Baseline> baselines, Duration window, Instant origin, long minimumSample)
    implements Serializable {
  public static final Duration WEEK = Duration.ofDays(7);

  /** A Monday. */
  public static final Instant MONDAY = Instant.parse("1970-01-05T00:00:00Z");

  /**
   * Distances of samples without any drift stay below the usual thresholds (KS 0.15, PSI 0.2) in 95
   * of 100 windows even if only one row in a hundred is independent of the others, as when an
   * entity has a hundred rows in a window: 1.36/√100 = 0.136 for KS, χ²(9; 0.95)/100 = 0.169 for
   * the PSI of ten bins.
   */
  public static final long DEFAULT_MINIMUM_SAMPLE = 10_000;

  public DriftSettings {
    baselines = List.copyOf(baselines);
    if (baselines.isEmpty() || window.toMillis() < 1 || minimumSample < 1) {
      throw new IllegalArgumentException(
          baselines.size() + " baselines, window " + window + ", at least " + minimumSample);
    }
  }

  /** Whole weeks from Monday to Sunday. */
  public static DriftSettings weekly(List<Baseline> baselines) {
    return new DriftSettings(baselines, WEEK, MONDAY, DEFAULT_MINIMUM_SAMPLE);
  }

  /** The window that holds an event time. */
  DriftWindow windowOf(long timeMillis) {
    long sizeMillis = window.toMillis();
    long startMillis = timeMillis - Math.floorMod(timeMillis - origin.toEpochMilli(), sizeMillis);
    return new DriftWindow(startMillis, startMillis + sizeMillis);
  }
}
