package io.tidemark.cli.plan;

import io.tidemark.jobs.SubmissionRefusedException;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import java.util.List;

/**
 * The scoring job that a savepoint is of, as far as its scorers tell: asynchronous ones do, each
 * with the name of its model; synchronous ones have no state and are in no savepoint.
 *
 * @param models as options name them, in their highest versions; empty where it is of no scoring
 *     job
 */
public record HeldScorers(List<String> models) {
  private static final String SCORER = "score-";
  private static final String DRIFT = "drift-counts-";
  private static final String FEATURES = "features-";

  /** Of a feature job's every contract. */
  private static final String LATEST = "latest-";

  public HeldScorers {
    models = List.copyOf(models);
  }

  /**
   * Reads them off a savepoint.
   *
   * @throws SubmissionRefusedException if the savepoint does not tell the job, which has to be
   *     named
   */
  public static HeldScorers of(Savepoint savepoint) throws SubmissionRefusedException {
    List<String> ids = ids(savepoint, SCORER);
    for (String id : ids) {
      int version = id.indexOf('-'); // of a second version of a model, whose name has no hyphens
      if (version >= 0) {
        throw new SubmissionRefusedException(
            savepoint.place()
                + ": the savepoint is of several versions of "
                + id.substring(0, version)
                + " and does not tell all of them. Name each with --model NAME@VERSION, in the order"
                + " of the job");
      }
    }
    List<String> drift = ids(savepoint, DRIFT);
    if (ids.isEmpty() && !drift.isEmpty()) {
      throw new SubmissionRefusedException(
          savepoint.place()
              + ": the savepoint is of a job that watches the drift of "
              + String.join(", ", drift)
              + " and has no asynchronous scorer. Name its models with --model, and add"
              + " --scoring-mode sync");
    }
    if (ids.isEmpty() && !ids(savepoint, FEATURES).isEmpty() && ids(savepoint, LATEST).isEmpty()) {
      throw new SubmissionRefusedException(
          savepoint.place()
              + ": the savepoint has features, but neither an asynchronous scorer nor what a feature"
              + " job has published, so that it is of a job that scores synchronously and measures"
              + " no drift. Name its models with --model, and add --scoring-mode sync --no-drift");
    }
    return new HeldScorers(ids);
  }

  private static List<String> ids(Savepoint savepoint, String prefix) {
    return savepoint.operators().stream()
        .map(HeldOperator::label)
        .filter(uid -> uid.startsWith(prefix))
        .map(uid -> uid.substring(prefix.length()))
        .sorted()
        .toList();
  }
}
