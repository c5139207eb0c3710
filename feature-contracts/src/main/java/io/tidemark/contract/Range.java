package io.tidemark.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Bounds of a value, inclusive; null where unbounded. */
public record Range(@Nullable Double min, @Nullable Double max) implements Serializable {
  public boolean contains(double value) {
    return (min == null || value >= min) && (max == null || value <= max);
  }
}
