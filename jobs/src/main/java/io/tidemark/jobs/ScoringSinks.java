package io.tidemark.jobs;

import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.Score;
import org.apache.flink.api.connector.sink2.Sink;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a scoring job go.
 *
 * @param vectors null where feature vectors are not wanted
 * @param scores null where nothing is to be scored
 * @param drift null where metrics and the log are enough
 * @param history tables that keep what the job saw and said
 */
public record ScoringSinks(
    @Nullable Sink<FeatureVector> vectors,
    @Nullable Sink<Score> scores,
    Sink<RejectedRecord> rejected,
    Sink<Event> late,
    @Nullable Sink<DriftReport> drift,
    ScoringHistory history) {

  /** Without a history. */
  public ScoringSinks(
      @Nullable Sink<FeatureVector> vectors,
      @Nullable Sink<Score> scores,
      Sink<RejectedRecord> rejected,
      Sink<Event> late,
      @Nullable Sink<DriftReport> drift) {
    this(vectors, scores, rejected, late, drift, ScoringHistory.NONE);
  }

  public ScoringSinks withHistory(ScoringHistory kept) {
    return new ScoringSinks(vectors, scores, rejected, late, drift, kept);
  }

  /** Without a history or reports of drift. */
  public ScoringSinks(
      @Nullable Sink<FeatureVector> vectors,
      @Nullable Sink<Score> scores,
      Sink<RejectedRecord> rejected,
      Sink<Event> late) {
    this(vectors, scores, rejected, late, null);
  }
}
