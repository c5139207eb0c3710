package io.tidemark.jobs.history;

import org.jspecify.annotations.Nullable;

/** The history that a user named cannot be used; the message names place, reason and remedy. */
public final class InvalidHistoryException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidHistoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
