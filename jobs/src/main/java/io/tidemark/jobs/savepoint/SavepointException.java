package io.tidemark.jobs.savepoint;

/**
 * A savepoint cannot be used. The message is for the user: where, what is wrong, and what to do
 * about it, in one line.
 */
public final class SavepointException extends Exception {
  private static final long serialVersionUID = 1L;

  SavepointException(String place, String reason, String remedy) {
    super(place + ": " + reason + ". " + remedy);
  }
}
