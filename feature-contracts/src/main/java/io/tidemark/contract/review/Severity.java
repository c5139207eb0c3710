package io.tidemark.contract.review;

import java.util.Locale;

/** How much attention a finding needs, most first. */
public enum Severity {
  /** Somebody who relies on the contract gets wrong values, or none. */
  BREAKING,
  /** It works, but somebody should know before it is merged. */
  WARNING,
  /** As it should be. */
  INFO;

  public boolean isAtLeast(Severity other) {
    return compareTo(other) <= 0;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
