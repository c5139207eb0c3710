package io.tidemark.jobs;

import java.util.Locale;

/** Which thread a model runs in. Both give the same scores. */
public enum ScoringMode {
  /** One of its own beside the task's, which goes on meanwhile and keeps every deadline. */
  ASYNC,
  /**
   * The task's: less work where inference runs on the same processors as everything else, but
   * nothing answers while the model hangs.
   */
  SYNC;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
