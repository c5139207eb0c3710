package io.tidemark.jobs.history.delta;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Another writer changed the table first: nothing was committed, try on a fresh snapshot. */
final class ConflictException extends IOException {
  private static final long serialVersionUID = 1L;

  ConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
