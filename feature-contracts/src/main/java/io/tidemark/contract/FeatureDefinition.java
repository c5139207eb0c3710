package io.tidemark.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** How a feature gets its value. */
public sealed interface FeatureDefinition extends Serializable {

  /** A field of the event, handed through under the feature's name. */
  record PassThrough(String field) implements FeatureDefinition {}

  /** A CEL expression over the fields of the event that asks. */
  record RowExpression(String expression) implements FeatureDefinition {}

  /**
   * An aggregate over the entity's events in a window.
   *
   * @param of the numeric field aggregated; null only for {@code count}
   */
  record WindowedAggregate(AggregateKind kind, @Nullable String of, Window window)
      implements FeatureDefinition {}
}
