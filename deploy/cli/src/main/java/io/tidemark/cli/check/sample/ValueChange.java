package io.tidemark.cli.check.sample;

import io.tidemark.jobs.drift.SampleDistance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a change does to one feature, or to a model's scores.
 *
 * @param name such as {@code customer_spending.nb_tx_7d}, or {@code card_fraud} for scores
 * @param rows events that both sides have
 * @param changed how many of those have another value: apart by more than a billionth of it, or
 *     only one of both has any; 0 for what is new
 * @param before null for what is new
 * @param distance between the values there are; null where one side has none
 */
public record ValueChange(
    String name,
    long rows,
    long changed,
    @Nullable Summary before,
    Summary after,
    @Nullable SampleDistance distance,
    Histogram histogram) {
  private static final double ROUNDING = 1e-9;

  /**
   * One side.
   *
   * @param mean of the values there are; NaN where there are none
   * @param missing how many events have none
   * @param defaulted how many have a default in its place
   */
  public record Summary(double mean, long missing, long defaulted) {
    private static Summary of(SampleValues values) {
      long defaulted = 0;
      for (int i = 0; i < values.values().length; i++) {
        defaulted += values.defaulted()[i] && !Double.isNaN(values.values()[i]) ? 1 : 0;
      }
      double[] finite = finite(values);
      return new Summary(
          Arrays.stream(finite).average().orElse(Double.NaN),
          values.values().length - (long) finite.length,
          defaulted);
    }
  }

  /**
   * @param before of the same events, in the same order
   */
  static ValueChange between(String name, SampleValues before, SampleValues after) {
    long changed = 0;
    for (int i = 0; i < after.values().length; i++) {
      changed += differ(before.values()[i], after.values()[i]) ? 1 : 0;
    }
    double[] was = finite(before);
    double[] is = finite(after);
    return new ValueChange(
        name,
        after.values().length,
        changed,
        Summary.of(before),
        Summary.of(after),
        was.length == 0 || is.length == 0 ? null : SampleDistance.between(was, is),
        Histogram.of(was, is));
  }

  static ValueChange added(String name, SampleValues after) {
    return new ValueChange(
        name,
        after.values().length,
        0,
        null,
        Summary.of(after),
        null,
        Histogram.of(new double[0], finite(after)));
  }

  /** Of all rows, from 0 to 1. */
  public double changedShare() {
    return rows == 0 ? 0 : (double) changed / rows;
  }

  private static boolean differ(double one, double other) {
    if (Double.isNaN(one) || Double.isNaN(other)) {
      return Double.isNaN(one) != Double.isNaN(other);
    }
    return Math.abs(one - other) > ROUNDING * Math.max(Math.abs(one), Math.abs(other));
  }

  /** Ascending. */
  private static double[] finite(SampleValues values) {
    return Arrays.stream(values.values()).filter(Double::isFinite).sorted().toArray();
  }
}
