package io.tidemark.jobs;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.history.EventRows;
import io.tidemark.jobs.history.FeatureRows;
import io.tidemark.jobs.history.HistoryFolder;
import io.tidemark.jobs.history.InvalidHistoryException;
import io.tidemark.jobs.history.ScoreRows;
import org.apache.flink.api.connector.sink2.Sink;
import org.jspecify.annotations.Nullable;

/**
 * The tables that keep what a scoring job saw and said; null for each that is not wanted.
 *
 * @param events accepted events, each id once, taken from behind the features
 * @param features the vectors that are scored
 * @param scores what the model answered; nothing where the job does not score
 */
public record ScoringHistory(
    @Nullable Sink<FeatureVector> events,
    @Nullable Sink<FeatureVector> features,
    @Nullable Sink<Score> scores) {
  public static final ScoringHistory NONE = new ScoringHistory(null, null, null);

  /** Whether a table wants vectors. */
  boolean keepsVectors() {
    return events != null || features != null;
  }

  /**
   * All tables, in one folder.
   *
   * @param location a URI of Hadoop's file systems, or a path of the local one
   * @throws InvalidHistoryException if the folder cannot be used, or a table that is there does not
   *     fit the contracts
   */
  public static ScoringHistory in(String location, ScoringPlan plan)
      throws InvalidHistoryException {
    HistoryFolder folder = folder(location, plan);
    return new ScoringHistory(events(folder, plan), features(folder, plan), scores(folder, plan));
  }

  static HistoryFolder folder(String location, ScoringPlan plan) throws InvalidHistoryException {
    return HistoryFolder.of(location, "scoring-" + plan.id());
  }

  static Sink<FeatureVector> events(HistoryFolder folder, ScoringPlan plan)
      throws InvalidHistoryException {
    String event = plan.schema().contract().metadata().name();
    return folder.table("events", event, new EventRows(plan.schema()));
  }

  static Sink<FeatureVector> features(HistoryFolder folder, ScoringPlan plan)
      throws InvalidHistoryException {
    return folder.table(
        "features",
        plan.model().metadata().name(),
        new FeatureRows(plan.schema(), plan.model(), plan.columnTypes()));
  }

  static Sink<Score> scores(HistoryFolder folder, ScoringPlan plan) throws InvalidHistoryException {
    return folder.table(
        "scores",
        plan.model().metadata().name(),
        new ScoreRows(plan.schema(), plan.model(), plan.contractVersions()));
  }
}
