package io.tidemark.jobs;

import io.tidemark.jobs.history.HistoryFolder;
import io.tidemark.jobs.history.InvalidHistoryException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Sink;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of history, for the command line of a job that scores. */
final class HistoryArguments {
  /** What can be kept. */
  enum Kept {
    events,
    features,
    scores
  }

  @Option(
      names = "--history",
      paramLabel = "URI",
      description =
          "Keep events, features and scores as Delta Lake tables in this folder, on any file"
              + " system of Hadoop's that the cluster has. Default: keep nothing.")
  private @Nullable String folder;

  @Option(
      names = "--history-tables",
      split = ",",
      paramLabel = "TABLE",
      description =
          "What to keep with --history: some of ${COMPLETION-CANDIDATES}, separated by commas."
              + " Of several jobs on one event, let one keep events. Default: all of them.")
  private @Nullable Set<Kept> kept;

  /**
   * @throws InvalidHistoryException if the folder cannot be used, or a table that is there does not
   *     fit the contracts
   */
  ScoringHistory tables(ScoringPlan plan)
      throws InvalidHistoryException, SubmissionRefusedException {
    return tables(plan, true);
  }

  /**
   * @param withEvents whether accepted events are kept with this model: with one of a job's
   * @throws InvalidHistoryException if the folder cannot be used, or a table that is there does not
   *     fit the contracts
   */
  ScoringHistory tables(ScoringPlan plan, boolean withEvents)
      throws InvalidHistoryException, SubmissionRefusedException {
    if (folder == null) {
      if (kept != null) {
        throw new SubmissionRefusedException(
            "--history-tables says what to keep, but not where. Name a folder with --history");
      }
      return ScoringHistory.NONE;
    }
    ClusterLibraries.requireForHistory(
        Sink.class.getClassLoader(), HistoryArguments.class.getClassLoader());
    HistoryFolder history = ScoringHistory.folder(folder, plan);
    Set<Kept> tables = kept == null ? EnumSet.allOf(Kept.class) : kept;
    return new ScoringHistory(
        withEvents && tables.contains(Kept.events) ? ScoringHistory.events(history, plan) : null,
        tables.contains(Kept.features) ? ScoringHistory.features(history, plan) : null,
        tables.contains(Kept.scores) ? ScoringHistory.scores(history, plan) : null);
  }
}
