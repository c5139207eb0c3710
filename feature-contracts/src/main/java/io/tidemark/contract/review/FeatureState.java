package io.tidemark.contract.review;

import java.time.Duration;

/**
 * What becomes of one feature's state.
 *
 * @param warmUp how long after the restart until the window is covered; zero where it is at once,
 *     and for {@link StateAnswer#STARTS_EMPTY}, which no time covers
 */
public record FeatureState(String feature, StateAnswer answer, Duration warmUp) {}
