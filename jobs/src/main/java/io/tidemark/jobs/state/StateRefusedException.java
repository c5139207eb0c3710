package io.tidemark.jobs.state;

/**
 * A job cannot go on from a state. The message is for the user: what is wrong and what to do, one
 * line per reason.
 */
public final class StateRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  public StateRefusedException(String reason) {
    super(reason);
  }
}
