package io.tidemark.jobs.event;

/** In which order a job's keyed operators take events. */
public enum EventOrder {
  /** At once, as they arrive: lowest latency. An event out of order still counts from then on. */
  ARRIVAL,
  /**
   * By (event time, id), held back until the watermark has passed: the same answers under any
   * interleaving and parallelism, at a latency of at least the expected out-of-orderness.
   */
  EVENT_TIME,
  /** Flink's batch mode: the input is sorted by key and time; only ties are left to order by id. */
  BATCH
}
