package io.tidemark.runtime;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The jobs of this process, a job manager, that have ended as they should: they have read all of a
 * bounded input, or were stopped with a savepoint. All that a job exports goes with it, however it
 * ends; what is kept here tells one that is done from one that is missed.
 *
 * <p>Thread-safe.
 */
public final class FinishedJobs {
  /** More names than that, and the one that finished first is forgotten. */
  private static final int MOST_NAMES = 256;

  private static final FinishedJobs OF_PROCESS = new FinishedJobs();

  private final Map<String, Instant> ends = new LinkedHashMap<>(); // guarded by this

  FinishedJobs() {}

  public static FinishedJobs ofProcess() {
    return OF_PROCESS;
  }

  synchronized void add(String jobName, Instant end) {
    ends.remove(jobName);
    ends.put(jobName, end);
    if (ends.size() > MOST_NAMES) {
      ends.remove(ends.keySet().iterator().next());
    }
  }

  /** When the last job of each name finished. */
  synchronized Map<String, Instant> ends() {
    return new LinkedHashMap<>(ends);
  }
}
