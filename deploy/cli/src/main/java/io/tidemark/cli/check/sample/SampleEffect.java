package io.tidemark.cli.check.sample;

import java.time.Duration;
import java.util.List;

/**
 * What a change does to a sample.
 *
 * @param sample name of its file
 * @param event name of its events' contract
 * @param accepted how many rows both sides computed with
 * @param rejectedBefore how many rows the old contract rejects, duplicates among them
 * @param truncated whether the file goes on behind {@link SampleFile#MAX_ROWS}
 * @param length from its earliest event to its latest, of those that are read
 * @param unfilled windows of the features, before or after, that are longer than that
 * @param features those that mean something else, are new or have other values
 * @param scores by model, with its old version on the old features and its new on the new
 */
public record SampleEffect(
    String sample,
    String event,
    long accepted,
    long rejectedBefore,
    long rejectedAfter,
    boolean truncated,
    Duration length,
    List<UnfilledWindow> unfilled,
    List<ValueChange> features,
    List<ValueChange> scores) {
  public SampleEffect {
    unfilled = List.copyOf(unfilled);
    features = List.copyOf(features);
    scores = List.copyOf(scores);
  }
}
