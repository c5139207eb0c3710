package io.tidemark.contract.review;

import java.time.Duration;

/**
 * What becomes of one feature's state.
 *
 * @param warmUp how long after the restart until the window is covered; zero where it is at once,
 *     and for {@link StateAnswer#STARTS_EMPTY}, which no time covers
 * @param reason why, in words that a check of contracts and the plan from a savepoint share
 */
public record FeatureState(String feature, StateAnswer answer, Duration warmUp, String reason) {

  /** Of a feature that is there no more. */
  public static FeatureState dropped(String feature) {
    return new FeatureState(
        feature,
        StateAnswer.DROPPED,
        Duration.ZERO,
        "the state of `" + feature + "` is no longer needed");
  }

  /** Of a feature whose contract's state cannot be restored. */
  public static FeatureState refused(String feature, StateRefusal refusal) {
    return new FeatureState(feature, StateAnswer.REFUSED, Duration.ZERO, refusal.reason());
  }
}
