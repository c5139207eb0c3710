package io.tidemark.cli.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All payments and the right answers: what a run without faults says of each. Immutable.
 *
 * <p>Features are in the order of the model's, NaN where one has no value.
 */
final class Payments {
  private final List<String> features;
  private final List<double[]> values;
  private final double[] scores;
  private final Map<String, Integer> numbers;

  /**
   * @param ids one per payment, in any order
   * @param features names as the model spells them
   * @param values per payment, in the order of the ids
   * @param scores per payment, in the order of the ids; NaN where the model rejects
   * @throws IllegalArgumentException if an id stands there twice
   */
  Payments(List<String> ids, List<String> features, List<double[]> values, double[] scores) {
    this.features = List.copyOf(features);
    this.values = List.copyOf(values);
    this.scores = scores.clone();
    this.numbers = new HashMap<>(2 * ids.size());
    for (int i = 0; i < ids.size(); i++) {
      if (numbers.put(ids.get(i), i) != null) {
        throw new IllegalArgumentException("Payment " + ids.get(i) + " stands there twice");
      }
    }
  }

  int count() {
    return numbers.size();
  }

  /** Number of a payment; null where there is none of this id. */
  @Nullable Integer number(String id) {
    return numbers.get(id);
  }

  List<String> features() {
    return features;
  }

  boolean isFeature(int payment, int feature, double value) {
    return isSame(values.get(payment)[feature], value);
  }

  boolean isScore(int payment, double score) {
    return isSame(scores[payment], score);
  }

  /** Bit for bit, but for the many ways to write NaN. */
  private static boolean isSame(double expected, double found) {
    return Double.doubleToLongBits(expected) == Double.doubleToLongBits(found);
  }
}
