package io.tidemark.jobs;

import io.tidemark.jobs.event.EventOrder;
import io.tidemark.runtime.ProviderChoice;

/**
 * How a scoring job runs, beside what the contracts say.
 *
 * @param order in which keyed operators take events
 * @param sorted whether one subtask brings the vectors into the total order of events before they
 *     are scored and written
 * @param provider what inference runs on
 * @param deadline whether a record may wait no longer than the model's time-out; bounded runs wait
 */
public record ScoringSettings(
    EventOrder order, boolean sorted, ProviderChoice provider, boolean deadline) {

  /** A job that answers live payments. */
  public static ScoringSettings live(EventOrder order, ProviderChoice provider) {
    return new ScoringSettings(order, false, provider, true);
  }

  /** A run over a bounded input whose output a person or a test compares. */
  public static ScoringSettings bounded(EventOrder order) {
    return new ScoringSettings(order, true, ProviderChoice.AUTO, false);
  }
}
