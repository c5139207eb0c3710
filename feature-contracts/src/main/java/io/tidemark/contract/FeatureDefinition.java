package io.tidemark.contract;

import java.io.Serializable;
import java.util.List;

/** How a feature gets its value. */
public sealed interface FeatureDefinition extends Serializable {

  /** How many numbers the value is: columns of a feature vector. */
  default int width() {
    return 1;
  }

  /** A field of the event, handed through under the feature's name. */
  record PassThrough(String field) implements FeatureDefinition {}

  /** A CEL expression over the fields of the event that asks. */
  record RowExpression(String expression) implements FeatureDefinition {}

  /** What is computed over the entity's events in a window. */
  sealed interface Windowed extends FeatureDefinition {
    Window window();

    /** The aggregates that the value is read off. */
    List<Aggregate> aggregates();
  }

  /** An aggregate over the entity's events in a window. */
  record WindowedAggregate(Aggregate aggregate, Window window) implements Windowed {
    @Override
    public List<Aggregate> aggregates() {
      return List.of(aggregate);
    }

    @Override
    public int width() {
      return aggregate.width();
    }
  }

  /**
   * The ratio of two aggregates over the same window, each with its own filter: the default where
   * the denominator is 0 or either of the two has no value. Neither is of several numbers.
   */
  record WindowedRatio(Aggregate numerator, Aggregate denominator, Window window)
      implements Windowed {
    public WindowedRatio {
      if (numerator.kind().isArray() || denominator.kind().isArray()) {
        throw new IllegalArgumentException("A ratio is of two numbers");
      }
    }

    @Override
    public List<Aggregate> aggregates() {
      return List.of(numerator, denominator);
    }
  }
}
