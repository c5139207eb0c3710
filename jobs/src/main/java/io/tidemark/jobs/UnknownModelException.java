package io.tidemark.jobs;

import java.util.List;

/** A model was asked for that no contract describes; the message names those that exist. */
public final class UnknownModelException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnknownModelException(String name, List<String> known) {
    super(
        "No model contract is named '"
            + name
            + "'. "
            + (known.isEmpty()
                ? "The contracts hold no model at all"
                : "There are: " + String.join(", ", known)));
  }
}
