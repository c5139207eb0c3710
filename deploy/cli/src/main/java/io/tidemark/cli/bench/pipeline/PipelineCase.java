package io.tidemark.cli.bench.pipeline;

import io.tidemark.jobs.event.EventOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the job runs. */
enum PipelineCase {
  /** As events come, with a history of events, features and scores in Delta tables. */
  ARRIVAL(EventOrder.ARRIVAL, true, true),
  /** The same without the tables. */
  ARRIVAL_WITHOUT_HISTORY(EventOrder.ARRIVAL, true, false),
  /** Answers wait for the events' out-of-orderness, so that there is no latency to speak of. */
  EVENT_TIME(EventOrder.EVENT_TIME, false, true);

  private final EventOrder order;
  private final boolean live;
  private final boolean history;

  PipelineCase(EventOrder order, boolean live, boolean history) {
    this.order = order;
    this.live = live;
    this.history = history;
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

  /** Whether Delta tables are written. */
  boolean keepsHistory() {
    return history;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
