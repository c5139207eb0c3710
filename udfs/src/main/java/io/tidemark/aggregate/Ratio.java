package io.tidemark.aggregate;

/**
 * The ratio of two aggregates, each with its own filter: such as declined payments to all.
 *
 * <p>It has no state of its own: the two keep theirs, and are merged, inverted and bounded in error
 * as each declares; the ratio adds one rounding.
 */
public final class Ratio {
  private Ratio() {}

  /** NaN where the denominator is 0 or either of the two is not defined. */
  public static double of(double numerator, double denominator) {
    return denominator == 0 ? Double.NaN : numerator / denominator;
  }
}
