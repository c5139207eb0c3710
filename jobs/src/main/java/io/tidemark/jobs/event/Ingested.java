package io.tidemark.jobs.event;

import org.jspecify.annotations.Nullable;

/**
 * What a source yields: an event or a rejection, exactly one of them. A rejection carries no event
 * time and never reaches a watermark.
 */
public record Ingested(@Nullable Event event, @Nullable RejectedRecord rejected) {
  public Ingested {
    if ((event == null) == (rejected == null)) {
      throw new IllegalArgumentException("Either an event or a rejection");
    }
  }

  public static Ingested accepted(Event event) {
    return new Ingested(event, null);
  }

  public static Ingested rejected(RejectedRecord rejected) {
    return new Ingested(null, rejected);
  }
}
