package io.tidemark.jobs.event;

import java.io.Serializable;
import java.time.Instant;

/**
 * Where a job that starts with a bounded history goes over to the live topic: what happened before
 * this event time comes from the history alone, everything else from the topic alone. So no event
 * is lost or counted twice, whatever else either of them holds.
 *
 * @param at the first event time that is taken from the topic
 */
public record HandOver(Instant at) implements Serializable {
  /** Whether an event is one of the topic's. */
  public boolean isLive(long timeMillis) {
    return timeMillis >= at.toEpochMilli();
  }

  /** The watermark that says that the history is complete. */
  long historyEndMillis() {
    return at.toEpochMilli() - 1;
  }
}
