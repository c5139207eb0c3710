package io.tidemark.contract.review;

import org.jspecify.annotations.Nullable;

/** How bounds read in a sentence. */
final class Bounds {
  private Bounds() {}

  /** {@code from 0 to 500}, {@code from 0 up}, {@code up to 500} or {@code no bounds}. */
  static String shown(@Nullable Double min, @Nullable Double max) {
    if (min == null) {
      return max == null ? "no bounds" : "up to " + Meaning.number(max);
    }
    return "from " + Meaning.number(min) + (max == null ? " up" : " to " + Meaning.number(max));
  }
}
