package io.tidemark.sql;

import io.tidemark.aggregate.Ratio;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ratio of two numbers, null where it is not defined: such as of {@code SUM(amount) FILTER
 * (WHERE declined)} and {@code SUM(amount)}. See {@link Ratio}.
 */
public final class RatioFunction extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  /** Called by Flink. */
  public @Nullable Double eval(@Nullable Double numerator, @Nullable Double denominator) {
    if (numerator == null || denominator == null) {
      return null;
    }
    double ratio = Ratio.of(numerator, denominator);
    return Double.isNaN(ratio) ? null : ratio;
  }
}
