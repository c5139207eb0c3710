package io.tidemark.function;

import org.jspecify.annotations.Nullable;

/** A row as an expression sees it. */
@FunctionalInterface
public interface FieldReader {

  /**
   * The value of a field: {@code Long} for int and long, {@code Double}, {@code String}, {@code
   * Boolean}, {@code java.time.Instant} for timestamp; null where the row has none.
   */
  @Nullable Object value(String field);
}
