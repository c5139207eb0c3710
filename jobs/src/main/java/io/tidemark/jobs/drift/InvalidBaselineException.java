package io.tidemark.jobs.drift;

import io.tidemark.contract.ModelContract;
import java.util.List;

/** A baseline that cannot be used for its model; the message names every reason, for the user. */
public final class InvalidBaselineException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidBaselineException(ModelContract model, List<String> problems) {
    super(
        "Model %s %s: its baseline %s cannot be used:%n  %s%n%s"
            .formatted(
                model.metadata().name(),
                model.metadata().version(),
                model.baseline(),
                String.join(System.lineSeparator() + "  ", problems),
                "Write it again with the notebook that trained the model, or run with"
                    + " --no-drift."));
  }
}
