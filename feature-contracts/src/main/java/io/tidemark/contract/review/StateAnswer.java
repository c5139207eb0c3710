package io.tidemark.contract.review;

/** What becomes of a feature's state in a job that is restored with the new contracts. */
public enum StateAnswer {
  /** Nothing about it changed. */
  KEEPS,
  /** The events that the key's log holds are replayed into it, at once. */
  FILLED,
  /** It reaches further back than what the log holds; {@code WARMING} until it is covered. */
  WARMS_UP,
  /** No event of a lifetime is kept: it counts from the restart on. */
  STARTS_EMPTY,
  /** The feature is gone. */
  DROPPED,
  /** The savepoint cannot be restored: keys or order of the events are others. */
  REFUSED
}
