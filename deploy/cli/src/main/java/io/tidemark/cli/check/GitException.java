package io.tidemark.cli.check;

/** Git cannot give what it was asked for; the message says why and what to do. */
public final class GitException extends Exception {
  private static final long serialVersionUID = 1L;

  GitException(String message) {
    super(message);
  }
}
