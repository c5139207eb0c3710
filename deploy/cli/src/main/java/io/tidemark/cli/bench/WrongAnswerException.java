package io.tidemark.cli.bench;

import java.io.IOException;

/** A case was fast or slow, and wrong. */
final class WrongAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  WrongAnswerException(String caseId, Answers found, Answers expected) {
    super(caseId + " answered " + found + ", but right is " + expected);
  }
}
