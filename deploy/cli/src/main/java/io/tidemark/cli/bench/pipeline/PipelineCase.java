package io.tidemark.cli.bench.pipeline;

import io.tidemark.jobs.event.EventOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the job runs. */
enum PipelineCase {
  /** What a live job does by default; its latency is measured too. */
  ARRIVAL(EventOrder.ARRIVAL, true),
  /** Answers wait for the events' out-of-orderness, so that there is no latency to speak of. */
  EVENT_TIME(EventOrder.EVENT_TIME, false);

  private final EventOrder order;
  private final boolean live;

  PipelineCase(EventOrder order, boolean live) {
    this.order = order;
    this.live = live;
  }

  /**
   * @throws IllegalArgumentException if there is no such case
   */
  static PipelineCase of(String id) {
    for (PipelineCase theCase : values()) {
      if (theCase.id().equals(id)) {
        return theCase;
      }
    }
    throw new IllegalArgumentException(
        "--only: there is no case '"
            + id
            + "'. There are "
            + Arrays.stream(values()).map(PipelineCase::id).collect(Collectors.joining(", ")));
  }

  EventOrder order() {
    return order;
  }

  /** Whether latency is measured. */
  boolean isLive() {
    return live;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
