package io.tidemark.runtime;

import java.time.Clock;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobExecutionStatusEvent;
import org.apache.flink.core.execution.JobStatusChangedListener;
import org.apache.flink.core.execution.JobStatusChangedListenerFactory;

/**
 * Tells {@link FinishedJobs} what finishes. Flink makes one for every job where its configuration
 * says so:
 *
 * <pre>{@code
 * execution.job-status-changed-listeners: io.tidemark.runtime.FinishedJobsListener
 * }</pre>
 *
 * <p>A job that is cancelled has not finished: with Flink's adaptive scheduler each rescaling
 * cancels an execution, and the job goes on.
 */
public final class FinishedJobsListener implements JobStatusChangedListenerFactory {
  private final FinishedJobs jobs;
  private final Clock clock;

  /** For Flink. */
  public FinishedJobsListener() {
    this(FinishedJobs.ofProcess(), Clock.systemUTC());
  }

  FinishedJobsListener(FinishedJobs jobs, Clock clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  @Override
  public JobStatusChangedListener createListener(Context context) {
    return event -> {
      if (event instanceof JobExecutionStatusEvent change
          && change.newStatus() == JobStatus.FINISHED) {
        jobs.add(change.jobId(), new FinishedJob(change.jobName(), clock.instant()));
      }
    };
  }
}
