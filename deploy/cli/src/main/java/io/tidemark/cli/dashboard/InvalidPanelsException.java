package io.tidemark.cli.dashboard;

import java.io.IOException;

/** A dashboard's source is wrong; the message lists every mistake with file, line and column. */
public final class InvalidPanelsException extends IOException {
  private static final long serialVersionUID = 1L;

  InvalidPanelsException(String problems) {
    super(problems);
  }
}
