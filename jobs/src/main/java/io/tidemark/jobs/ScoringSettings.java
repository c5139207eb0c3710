package io.tidemark.jobs;

import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.score.ScoringModels;
import io.tidemark.runtime.ProviderChoice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a scoring job runs, beside what the contracts say.
 *
 * @param features how features are computed; where somebody waits for the answers, a record waits
 *     no longer than the model's time-out
 * @param sorted whether one subtask brings the vectors into the total order of events before they
 *     are scored and written
 * @param provider what inference runs on
 * @param mode which thread the model runs in
 * @param drift how drift is measured; null where it is not
 * @param modelBytes of the files of all versions of a model that a subtask has loaded at a time
 */
public record ScoringSettings(
    FeatureSettings features,
    boolean sorted,
    ProviderChoice provider,
    ScoringMode mode,
    @Nullable DriftSettings drift,
    long modelBytes) {
  public static final long DEFAULT_CACHE_BYTES = 64L << 20;

  /** For an input that holds all events that there ever were. */
  public static final Instant ALL_HISTORY = Instant.ofEpochMilli(Long.MIN_VALUE);

  /** Asynchronous, without drift. */
  public ScoringSettings(FeatureSettings features, boolean sorted, ProviderChoice provider) {
    this(features, sorted, provider, ScoringMode.ASYNC, null, ScoringModels.DEFAULT_MAX_BYTES);
  }

  /**
   * The same without a history before the topic.
   *
   * @param deadline whether somebody waits for the answers
   */
  public ScoringSettings(
      EventOrder order,
      Instant coveredSince,
      boolean sorted,
      ProviderChoice provider,
      long cacheBytes,
      boolean deadline) {
    this(new FeatureSettings(order, coveredSince, cacheBytes, deadline), sorted, provider);
  }

  public ScoringSettings withDrift(@Nullable DriftSettings measured) {
    return new ScoringSettings(features, sorted, provider, mode, measured, modelBytes);
  }

  public ScoringSettings withMode(ScoringMode chosen) {
    return new ScoringSettings(features, sorted, provider, chosen, drift, modelBytes);
  }

  public ScoringSettings withModelBytes(long bytes) {
    return new ScoringSettings(features, sorted, provider, mode, drift, bytes);
  }

  /**
   * @param start where the topic takes over from a history, which is not scored
   */
  public ScoringSettings withHandOver(@Nullable HandOver start) {
    FeatureSettings warm =
        new FeatureSettings(
            features.order(),
            features.coveredSince(),
            features.cacheBytes(),
            features.live(),
            start);
    return new ScoringSettings(warm, sorted, provider, mode, drift, modelBytes);
  }

  /** A job that answers live events. */
  public static ScoringSettings live(
      EventOrder order, Instant coveredSince, ProviderChoice provider) {
    return new ScoringSettings(order, coveredSince, false, provider, DEFAULT_CACHE_BYTES, true);
  }

  /** A run over files whose output a person or a test compares. */
  public static ScoringSettings bounded(EventOrder order) {
    return new ScoringSettings(
        order, ALL_HISTORY, true, ProviderChoice.AUTO, DEFAULT_CACHE_BYTES, false);
  }
}
