package io.tidemark.contract;

import java.util.List;

/**
 * The numbers that an aggregate needs beside the values it is over, and how a contract names them.
 */
public enum AggregateParameter {
  /** None. */
  NONE(""),
  /** How many values the answer has. */
  K("k"),
  /** Number of distinct values up to which the answer is exact. */
  EXACT_UP_TO("exactUpTo"),
  /** The rank asked for: 0 the smallest value, 0.5 the median, 1 the largest. */
  QUANTILE("quantile"),
  /** Where buckets end, inclusive, ascending; one bucket more takes what is above the last. */
  EDGES("edges"),
  /** After how long a value counts half; in milliseconds. */
  HALF_LIFE("halfLife");

  /** The longest half-life, a hundred years and a bit. */
  private static final double LONGEST_HALF_LIFE_MILLIS = 3.2e12;

  static final int MOST_EDGES = 1_000;

  private final String yamlName;

  AggregateParameter(String yamlName) {
    this.yamlName = yamlName;
  }

  /** The key beside {@code aggregate}; empty for {@link #NONE}. */
  public String yamlName() {
    return yamlName;
  }

  /**
   * @param largest the largest whole number, where the parameter is one
   * @throws IllegalArgumentException if the values are not this parameter; the message is for the
   *     user
   */
  void require(String aggregate, List<Double> values, int largest) {
    switch (this) {
      case NONE -> {
        if (!values.isEmpty()) {
          throw new IllegalArgumentException(aggregate + " takes no parameters, but got " + values);
        }
      }
      case K -> requireWhole(aggregate, "k", values, largest);
      case EXACT_UP_TO -> requireWhole(aggregate, "the bound of distinct values", values, largest);
      case QUANTILE -> {
        double rank = single(aggregate, "the rank", values);
        if (!(rank >= 0 && rank <= 1)) {
          throw new IllegalArgumentException(
              aggregate + ": the rank must be from 0 to 1, such as 0.99, but is " + rank);
        }
      }
      case EDGES -> requireEdges(aggregate, values);
      case HALF_LIFE -> {
        double halfLife = single(aggregate, "the half-life", values);
        if (!(halfLife >= 1 && halfLife <= LONGEST_HALF_LIFE_MILLIS)) {
          throw new IllegalArgumentException(
              aggregate
                  + ": the half-life must be from a millisecond to a hundred years, but is "
                  + halfLife
                  + " ms");
        }
      }
    }
  }

  private static double single(String aggregate, String name, List<Double> values) {
    if (values.size() != 1) {
      throw new IllegalArgumentException(
          aggregate + " takes one parameter, " + name + ", but got " + values);
    }
    return values.get(0);
  }

  private static void requireWhole(
      String aggregate, String name, List<Double> values, int largest) {
    double value = single(aggregate, name, values);
    if (!(value >= 1 && value <= largest && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          aggregate + ": " + name + " must be from 1 to " + largest + ", but is " + value);
    }
  }

  private static void requireEdges(String aggregate, List<Double> edges) {
    boolean ascending = true;
    for (int i = 0; i < edges.size(); i++) {
      ascending &= Double.isFinite(edges.get(i));
      ascending &= i == 0 || edges.get(i - 1) < edges.get(i);
    }
    if (!ascending || edges.isEmpty() || edges.size() > MOST_EDGES) {
      throw new IllegalArgumentException(
          aggregate
              + ": the edges must be 1 to "
              + MOST_EDGES
              + " ascending numbers, but are "
              + edges);
    }
  }
}
