package io.tidemark.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;

/**
 * The jobs of this process, a job manager, that have ended as they should: they have read all of a
 * bounded input, or were stopped with a savepoint. All that a job exports goes with it, however it
 * ends; what is kept here tells one that is done from one that is missed.
 *
 * <p>Thread-safe.
 */
public final class FinishedJobs {
  /** More than that, and the one that finished first is forgotten. */
  private static final int MOST_JOBS = 256;

  private static final FinishedJobs OF_PROCESS = new FinishedJobs();

  private final Map<JobID, FinishedJob> jobs = new LinkedHashMap<>(); // guarded by this

  FinishedJobs() {}

  public static FinishedJobs ofProcess() {
    return OF_PROCESS;
  }

  /** One that is known already has run again under its id: the last end counts. */
  synchronized void add(JobID id, FinishedJob job) {
    jobs.remove(id);
    jobs.put(id, job);
    if (jobs.size() > MOST_JOBS) {
      jobs.remove(jobs.keySet().iterator().next());
    }
  }

  /** The jobs that finished last, in that order. */
  synchronized Map<JobID, FinishedJob> last() {
    return new LinkedHashMap<>(jobs);
  }
}
