package io.tidemark.cli.check.sample;

import io.tidemark.jobs.event.EventFileException;

/** A sample that cannot be compared over; the message says why, its last sentence what to do. */
public final class UnusableSampleException extends Exception {
  private static final long serialVersionUID = 1L;

  static UnusableSampleException of(EventFileException file) {
    return new UnusableSampleException(
        file.getMessage()
            + ". Take a file of these events, or name the columns as the contract does.",
        file);
  }

  UnusableSampleException(String message) {
    super(message);
  }

  UnusableSampleException(String message, Throwable cause) {
    super(message, cause);
  }
}
