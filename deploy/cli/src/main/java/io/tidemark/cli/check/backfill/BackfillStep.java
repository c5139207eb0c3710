package io.tidemark.cli.check.backfill;

import io.tidemark.contract.review.Recomputation;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One thing to compute again.
 *
 * @param what the contract, what it takes and gives
 * @param wantedSince the first day of results; null where only a running job's windows are to be
 *     complete, or where nobody knows how far back the events go
 * @param readFrom the first day of events to read; null where that is unknown
 * @param basis where rows and bytes come from
 * @param rows to read; -1 where unknown
 * @param bytes to read, as stored; -1 where unknown
 * @param duration at the plan's throughput; null where unknown
 */
public record BackfillStep(
    Recomputation what,
    @Nullable LocalDate wantedSince,
    @Nullable LocalDate readFrom,
    Basis basis,
    long rows,
    long bytes,
    @Nullable Duration duration) {

  /** What the figures of a step stand on. */
  public enum Basis {
    /** The log of a Delta table of the events. */
    TABLE,
    /** Keys and their events per day, over the reach of the windows; bytes are not known. */
    RATE,
    /** Nothing: neither a table nor a rate was given. */
    UNKNOWN
  }
}
