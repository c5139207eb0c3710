package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;

/** A model that cannot be used as its contract says; the message is one line for the user. */
public final class InvalidModelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  InvalidModelException(
      ModelContract contract, Refusal refusal, String expected, String found, String remedy) {
    super(
        "Model %s %s (%s): expected %s, found %s. %s"
            .formatted(
                contract.metadata().name(),
                contract.metadata().version(),
                contract.artifact().uri(),
                expected,
                found.replaceAll("\\s+", " ").strip(),
                remedy));
    this.refusal = refusal;
  }

  /** What kind of reason it is. */
  Refusal refusal() {
    return refusal;
  }
}
