package io.tidemark.contract.review;

/** Whom a change concerns, the most delicate first. */
public enum Tier {
  /** A model: a tensor's name, order, type, shape or meaning. */
  MODEL,
  /** The state of running jobs: what a savepoint can still be restored to. */
  STATE,
  /** Tables of the history. */
  STORE,
  /** Producers and consumers of topics. */
  STREAM,
  /** Readers: nothing but words changed. */
  DOC
}
