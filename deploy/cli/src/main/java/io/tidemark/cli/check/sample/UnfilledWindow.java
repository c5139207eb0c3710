package io.tidemark.cli.check.sample;

import java.time.Duration;

/**
 * A window that reaches further back than a sample is long: each of its values is that of an entity
 * that nobody had seen before the sample began.
 *
 * @param feature whose window it is, {@code contract.feature}
 */
public record UnfilledWindow(String feature, Duration reach) {}
