package io.tidemark.jobs.score;

/**
 * Mean and deviation of the latest values: those before a batch count a thousandth less for each
 * value in it. The first values are averaged evenly, so that the start does not count for long.
 *
 * <p>Safe for one writer and any number of readers, which may see a value late.
 */
final class RecentMean {
  private static final int SPAN = 1_000;

  private int count;
  private double mean;
  private double variance;

  /**
   * Takes in a batch.
   *
   * @param values how many, at least 1
   * @param sum of them
   * @param squares sum of their squares
   */
  void add(int values, double sum, double squares) {
    // While few were counted the even share is the larger: all of it, for the very first batch.
    double even = (double) values / (count + values);
    double share = Math.max(even, 1 - Math.pow(1 - 1.0 / SPAN, values));
    count = Math.min(SPAN, count + values);
    double batchMean = sum / values;
    double batchVariance = Math.max(0, squares / values - batchMean * batchMean);
    double difference = batchMean - mean;
    mean += share * difference;
    variance = (1 - share) * (variance + share * difference * difference) + share * batchVariance;
  }

  double mean() {
    return mean;
  }

  double deviation() {
    return Math.sqrt(variance);
  }
}
