package io.tidemark.jobs.history.delta;

import java.io.IOException;

/** A table cannot take the rows; the message names table, column and remedy. */
public final class IncompatibleTableException extends IOException {
  private static final long serialVersionUID = 1L;

  IncompatibleTableException(String message) {
    super(message);
  }
}
