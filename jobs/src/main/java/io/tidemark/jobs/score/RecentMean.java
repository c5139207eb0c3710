package io.tidemark.jobs.score;

/**
 * Mean and deviation of the latest values: each counts a thousandth less than the one after it. The
 * first values are averaged evenly, so that the start does not count for long.
 *
 * <p>Safe for one writer and any number of readers, which may see a value late.
 */
final class RecentMean {
  private static final int SPAN = 1_000;

  private int count;
  private double share; // of the latest value
  private double mean;
  private double variance;

  void add(double value) {
    if (count < SPAN) {
      count++;
      share = 1.0 / count;
    }
    double difference = value - mean;
    double step = difference * share;
    mean += step;
    variance = (1 - share) * (variance + difference * step);
  }

  double mean() {
    return mean;
  }

  double deviation() {
    return Math.sqrt(variance);
  }
}
