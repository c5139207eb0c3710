package io.tidemark.jobs.sink;

/** What the brokers say has become of a transaction whose commit they have refused. */
public enum TransactionOutcome {
  /** It was committed before. */
  COMMITTED,

  /**
   * They do not know it as committed: it was aborted or is open still, they have forgotten it, or
   * its producer has begun another one since.
   */
  NOT_COMMITTED,

  /** They have not told in time, or may not tell. */
  UNKNOWN
}
