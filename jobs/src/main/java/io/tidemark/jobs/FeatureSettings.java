package io.tidemark.jobs;

import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.HandOver;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job computes features, beside what the contracts say.
 *
 * @param order in which keyed operators take events
 * @param coveredSince event time since which a job that starts without a savepoint sees all events:
 *     a window that reaches further back is marked as warming up
 * @param cacheBytes heap per subtask and entity for the state of keys used lately, in front of the
 *     state backend; 0 for none
 * @param live whether somebody waits for the answers, so that buffers between tasks are sent before
 *     they are full
 * @param handOver where the topic takes over from a history; null where there is no history
 */
public record FeatureSettings(
    EventOrder order,
    Instant coveredSince,
    long cacheBytes,
    boolean live,
    @Nullable HandOver handOver) {

  /** Without a history. */
  public FeatureSettings(EventOrder order, Instant coveredSince, long cacheBytes, boolean live) {
    this(order, coveredSince, cacheBytes, live, null);
  }
}
