package io.tidemark.jobs;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
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
}
