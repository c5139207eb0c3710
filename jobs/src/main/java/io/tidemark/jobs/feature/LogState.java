package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;

/**
 * What a log holds of its windows and cursors. Among many keys an event costs what it touches that
 * is in no cache of the processor: so the numbers of a log stand in one array, those that every
 * event needs in front, its entries in memory behind; only copies of entries that are not in memory
 * stand in another. And a log is its own state. Where each number stands and what it means, {@link
 * LogWindow} and {@link LogCursor} know, of which there is one per operator and not per log.
 */
interface LogState {
  /** Numbers; doubles as their raw bits. */
  long[] cells();

  /** The accumulators of all windows, one behind another. */
  Mergeable[] accumulators();

  /** State without a log. */
  record Detached(long[] cells, Mergeable[] accumulators) implements LogState {}
}
