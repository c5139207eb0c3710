package io.tidemark.jobs.event;

/** A file of events that cannot be used; the message names the file, the line and the remedy. */
public final class EventFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EventFileException(String message) {
    super(message);
  }

  public EventFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
