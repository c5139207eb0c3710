package io.tidemark.jobs;

import java.util.List;

/**
 * A job must not be started like this. The message is for the user: one line per problem, each with
 * its remedy.
 */
public final class SubmissionRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  public SubmissionRefusedException(String problem) {
    super(problem);
  }

  /**
   * @param problems at least one
   */
  public SubmissionRefusedException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
