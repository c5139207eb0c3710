package io.tidemark.cli.plan;

import io.tidemark.jobs.ScoringMode;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import java.util.List;

/**
 * The scoring job that a savepoint is of, as far as its scorers tell.
 *
 * @param models as options name them; empty where it is of no scoring job
 */
public record HeldScorers(List<String> models, ScoringMode mode) {
  private static final String SCORER = "score-";
  private static final String SYNCHRONOUS = "-sync";

  public HeldScorers {
    models = List.copyOf(models);
  }

  public static HeldScorers of(Savepoint savepoint) {
    List<String> ids =
        savepoint.operators().stream()
            .map(HeldOperator::label)
            .filter(uid -> uid.startsWith(SCORER))
            .map(uid -> uid.substring(SCORER.length()))
            .sorted()
            .toList();
    return new HeldScorers(
        ids.stream().map(HeldScorers::model).toList(),
        ids.stream().anyMatch(id -> id.endsWith(SYNCHRONOUS))
            ? ScoringMode.SYNC
            : ScoringMode.ASYNC);
  }

  /** A second version of a model has its version behind its name, which has no hyphens. */
  private static String model(String id) {
    String model =
        id.endsWith(SYNCHRONOUS) ? id.substring(0, id.length() - SYNCHRONOUS.length()) : id;
    return model.replaceFirst("-", "@");
  }
}
