package io.tidemark.sql;

import io.tidemark.aggregate.TextCode;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * The number by which a text enters an aggregate of numbers, as of the most frequent or the last
 * values. See {@link TextCode}.
 */
public final class TextCodeFunction extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  /** Called by Flink. */
  public @Nullable Double eval(@Nullable String text) {
    return text == null ? null : (Double) TextCode.of(text);
  }
}
