package io.tidemark.jobs;

import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.score.ScoringModels;
import io.tidemark.runtime.ProviderChoice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a scoring job runs, beside what the contracts say.
 *
 * @param order in which keyed operators take events
 * @param coveredSince event time since which a job that starts without a savepoint sees all events:
 *     a window that reaches further back is marked as warming up
 * @param sorted whether one subtask brings the vectors into the total order of events before they
 *     are scored and written
 * @param provider what inference runs on
 * @param cacheBytes heap per subtask and entity for the state of keys used lately, in front of the
 *     state backend; 0 for none
 * @param deadline whether a record may wait no longer than the model's time-out; bounded runs wait
 * @param mode which thread the model runs in
 * @param drift how drift is measured; null where it is not
 * @param modelBytes of the files of all versions of a model that a subtask has loaded at a time
 */
public record ScoringSettings(
    EventOrder order,
    Instant coveredSince,
    boolean sorted,
    ProviderChoice provider,
    long cacheBytes,
    boolean deadline,
    ScoringMode mode,
    @Nullable DriftSettings drift,
    long modelBytes) {
  public static final long DEFAULT_CACHE_BYTES = 64L << 20;

  /** For an input that holds all events that there ever were. */
  public static final Instant ALL_HISTORY = Instant.ofEpochMilli(Long.MIN_VALUE);

  /** Asynchronous, without drift. */
  public ScoringSettings(
      EventOrder order,
      Instant coveredSince,
      boolean sorted,
      ProviderChoice provider,
      long cacheBytes,
      boolean deadline) {
    this(
        order,
        coveredSince,
        sorted,
        provider,
        cacheBytes,
        deadline,
        ScoringMode.ASYNC,
        null,
        ScoringModels.DEFAULT_MAX_BYTES);
  }

  public ScoringSettings withDrift(@Nullable DriftSettings measured) {
    return new ScoringSettings(
        order, coveredSince, sorted, provider, cacheBytes, deadline, mode, measured, modelBytes);
  }

  public ScoringSettings withMode(ScoringMode chosen) {
    return new ScoringSettings(
        order, coveredSince, sorted, provider, cacheBytes, deadline, chosen, drift, modelBytes);
  }

  public ScoringSettings withModelBytes(long bytes) {
    return new ScoringSettings(
        order, coveredSince, sorted, provider, cacheBytes, deadline, mode, drift, bytes);
  }

  static ScoringSettings of(FeatureSettings features, ProviderChoice provider) {
    return new ScoringSettings(
        features.order(),
        features.coveredSince(),
        false,
        provider,
        features.cacheBytes(),
        features.live());
  }

  /** The part that computing features needs. */
  FeatureSettings features() {
    return new FeatureSettings(order, coveredSince, cacheBytes, deadline);
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
