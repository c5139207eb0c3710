package io.tidemark.jobs;

import io.tidemark.jobs.savepoint.Savepoint;
import io.tidemark.jobs.savepoint.SavepointException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * What a job is to be started from, as Flink is told ({@code flink run -s PATH}, or the option
 * {@code execution.state-recovery.path}), looked at before the job is submitted.
 */
final class Restoration {
  private Restoration() {}

  /**
   * Tells what becomes of the state.
   *
   * @param planned what becomes of a savepoint in the job
   * @return empty where the job starts without one
   * @throws SubmissionRefusedException if the job cannot go on from it
   */
  static Optional<RestorePlan> plan(ReadableConfig flink, Function<Savepoint, RestorePlan> planned)
      throws SubmissionRefusedException {
    String path = flink.get(StateRecoveryOptions.SAVEPOINT_PATH);
    if (path == null) {
      return Optional.empty();
    }
    RestorePlan plan;
    try {
      plan = planned.apply(Savepoint.read(path));
    } catch (SavepointException e) {
      throw new SubmissionRefusedException(e.getMessage());
    }
    if (plan.isRefused()) {
      throw new SubmissionRefusedException(plan.refusals());
    }
    if (!plan.gone().isEmpty()
        && !flink.get(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE)) {
      throw new SubmissionRefusedException(
          "The savepoint holds the state of "
              + String.join(", ", plan.gone())
              + ", which nothing of this job has. End the old job with `stop --drain`, so that"
              + " nothing waits there, and submit this one with --allowNonRestoredState to drop the"
              + " state for good, or keep its contracts, models, scoring mode and"
              + " drift");
    }
    return Optional.of(plan);
  }
}
