package io.tidemark.contract;

import java.io.Serializable;

/**
 * How much state a key of a contract may take, and how often a busy key's events come: what {@link
 * StateEstimate} is held against.
 *
 * @param maxBytesPerKey as written, before compression
 * @param eventsPerKeyPerDay of a key that must still fit; others are served all the same
 */
public record StateBudget(long maxBytesPerKey, double eventsPerKeyPerDay) implements Serializable {
  /** Where a contract says nothing: a mebibyte for ten events a day. */
  public static final StateBudget DEFAULT = new StateBudget(1 << 20, 10);

  public StateBudget {
    if (maxBytesPerKey < 1 || !(eventsPerKeyPerDay > 0)) {
      throw new IllegalArgumentException(
          "Not a budget: " + maxBytesPerKey + " bytes for " + eventsPerKeyPerDay + " events a day");
    }
  }
}
