package io.tidemark.aggregate;

import io.tidemark.aggregate.AggregateTraits.Cost;
import io.tidemark.aggregate.AggregateTraits.Error;
import java.util.List;
import java.util.Locale;

/**
 * An aggregate with its parameters: what a plan holds, and what makes the accumulators.
 *
 * @param parameters as {@link Kind} lists them
 */
public record AggregateSpec(Kind kind, List<Double> parameters) {
  private static final double ROUNDING = 0x1p-52;
  private static final double LONGEST_HALF_LIFE_MILLIS = 3.2e12;

  /** The aggregates. Names are persisted and never change. */
  public enum Kind {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    VARIANCE,
    STDDEV,
    SKEWNESS,
    KURTOSIS,
    FIRST,
    LAST,
    /** Parameter: k. */
    FIRST_K,
    /** Parameter: k. */
    LAST_K,
    /** Parameter: k. */
    TOP_K,
    /** Parameter: number of distinct values up to which the count is exact. */
    DISTINCT,
    /** Parameter: number of distinct values that are told apart. */
    ENTROPY,
    /** Parameter: rank from 0 to 1; {@link Quantile}. */
    QUANTILE,
    /** Parameter: rank from 0 to 1; {@link RankQuantile}. */
    RANK_QUANTILE,
    /** Parameters: the ascending edges, one or more. */
    HISTOGRAM,
    TIME_SINCE_LAST,
    /** Parameter: half-life in milliseconds. */
    DECAYED_SUM,
    /** Parameter: half-life in milliseconds. */
    DECAYED_RATE;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException if the parameters are not those of the kind; the message is
   *     for the user
   */
  public AggregateSpec {
    parameters = List.copyOf(parameters);
    switch (kind) {
      case COUNT,
          SUM,
          AVG,
          MIN,
          MAX,
          VARIANCE,
          STDDEV,
          SKEWNESS,
          KURTOSIS,
          FIRST,
          LAST,
          TIME_SINCE_LAST -> {
        if (!parameters.isEmpty()) {
          throw new IllegalArgumentException(
              kind.label() + " takes no parameters, but got " + parameters);
        }
      }
      case FIRST_K, LAST_K -> requireWhole(kind, "k", parameters, TimedValues.LARGEST_K);
      case TOP_K -> requireWhole(kind, "k", parameters, TopValues.LARGEST_K);
      case DISTINCT ->
          requireWhole(kind, "the bound of exactness", parameters, Distinct.LARGEST_BOUND);
      case ENTROPY ->
          requireWhole(kind, "the bound of distinct values", parameters, Entropy.LARGEST_BOUND);
      case QUANTILE, RANK_QUANTILE -> {
        double rank = single(kind, "the rank", parameters);
        if (!(rank >= 0 && rank <= 1)) {
          throw new IllegalArgumentException(
              kind.label() + ": the rank must be from 0 to 1, such as 0.99, but is " + rank);
        }
      }
      case HISTOGRAM -> requireEdges(parameters);
      case DECAYED_SUM, DECAYED_RATE -> {
        double halfLife = single(kind, "the half-life", parameters);
        if (!(halfLife >= 1 && halfLife <= LONGEST_HALF_LIFE_MILLIS)) {
          throw new IllegalArgumentException(
              kind.label()
                  + ": the half-life must be from a millisecond to a hundred years, but is "
                  + halfLife
                  + " ms");
        }
      }
    }
  }

  private static double single(Kind kind, String name, List<Double> parameters) {
    if (parameters.size() != 1) {
      throw new IllegalArgumentException(
          kind.label() + " takes one parameter, " + name + ", but got " + parameters);
    }
    return parameters.get(0);
  }

  private static void requireWhole(Kind kind, String name, List<Double> parameters, int largest) {
    double value = single(kind, name, parameters);
    if (!(value >= 1 && value <= largest && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          kind.label() + ": " + name + " must be from 1 to " + largest + ", but is " + value);
    }
  }

  private static void requireEdges(List<Double> edges) {
    boolean ascending = true;
    for (int i = 0; i < edges.size(); i++) {
      ascending &= Accumulator.isPresent(edges.get(i));
      ascending &= i == 0 || edges.get(i - 1) < edges.get(i);
    }
    if (!ascending || edges.isEmpty() || edges.size() > Histogram.MOST_EDGES) {
      throw new IllegalArgumentException(
          "histogram: the edges must be 1 to "
              + Histogram.MOST_EDGES
              + " ascending numbers, but are "
              + edges);
    }
  }

  public Mergeable newAccumulator() {
    return switch (kind) {
      case COUNT -> new Count();
      case SUM -> new Sum();
      case AVG -> new Average();
      case MIN -> Extreme.minimum();
      case MAX -> Extreme.maximum();
      case VARIANCE -> Moments.variance();
      case STDDEV -> Moments.standardDeviation();
      case SKEWNESS -> Moments.skewness();
      case KURTOSIS -> Moments.kurtosis();
      case FIRST -> TimedValues.first(1);
      case LAST -> TimedValues.last(1);
      case FIRST_K -> TimedValues.first(whole());
      case LAST_K -> TimedValues.last(whole());
      case TOP_K -> new TopValues(whole());
      case DISTINCT -> new Distinct(whole());
      case ENTROPY -> new Entropy(whole());
      case QUANTILE -> new Quantile(parameters.get(0));
      case RANK_QUANTILE -> new RankQuantile(parameters.get(0));
      case HISTOGRAM ->
          new Histogram(parameters.stream().mapToDouble(Double::doubleValue).toArray());
      case TIME_SINCE_LAST -> new TimeSinceLast();
      case DECAYED_SUM -> DecayedSum.sum(parameters.get(0).longValue());
      case DECAYED_RATE -> DecayedSum.rate(parameters.get(0).longValue());
    };
  }

  public AggregateTraits traits() {
    return switch (kind) {
      case COUNT -> new AggregateTraits(true, true, true, Error.NONE, 0, 11, Cost.CONSTANT);
      case SUM, AVG ->
          new AggregateTraits(true, true, true, Error.ROUNDING, ROUNDING, 27, Cost.CONSTANT);
      case MIN, MAX -> new AggregateTraits(false, true, true, Error.NONE, 0, 9, Cost.CONSTANT);
      case VARIANCE, STDDEV -> moments(27);
      case SKEWNESS -> moments(35);
      case KURTOSIS -> moments(43);
      case FIRST, LAST -> timedValues(1);
      case FIRST_K, LAST_K -> timedValues(whole());
      case TOP_K ->
          new AggregateTraits(
              false,
              true,
              true,
              Error.OF_COUNT,
              3.5 / TopValues.SLOTS,
              4 + TopValues.LARGEST_SKETCH_BYTES,
              Cost.HASHED);
      case DISTINCT ->
          new AggregateTraits(
              false,
              true,
              true,
              Error.STANDARD_DEVIATION,
              Distinct.STANDARD_ERROR,
              5 + Math.max(8L * whole(), Distinct.LARGEST_SKETCH_BYTES),
              Cost.HASHED);
      case ENTROPY ->
          new AggregateTraits(
              true, true, true, Error.INTERVAL, 1e-9, 14 + 18L * whole(), Cost.HASHED);
      case QUANTILE ->
          new AggregateTraits(
              true,
              true,
              true,
              Error.OF_ANSWER,
              Quantile.RELATIVE_ERROR,
              8 + 13L * Quantile.MOST_BUCKETS,
              Cost.LOGARITHMIC);
      case RANK_QUANTILE ->
          new AggregateTraits(
              false,
              true,
              false,
              Error.OF_RANK,
              RankQuantile.RANK_ERROR,
              RankQuantile.LARGEST_BYTES,
              Cost.CONSTANT);
      case HISTOGRAM ->
          new AggregateTraits(
              true, true, true, Error.NONE, 0, 1 + 10L * (parameters.size() + 1), Cost.LOGARITHMIC);
      case TIME_SINCE_LAST ->
          new AggregateTraits(false, true, true, Error.NONE, 0, 17, Cost.CONSTANT);
      case DECAYED_SUM, DECAYED_RATE ->
          new AggregateTraits(true, true, true, Error.ROUNDING, 3 * ROUNDING, 35, Cost.CONSTANT);
    };
  }

  private static AggregateTraits moments(int bytes) {
    return new AggregateTraits(false, true, true, Error.ROUNDING, ROUNDING, bytes, Cost.CONSTANT);
  }

  private static AggregateTraits timedValues(int k) {
    return new AggregateTraits(false, false, true, Error.NONE, 0, 3 + 16L * k, Cost.LINEAR);
  }

  private int whole() {
    return parameters.get(0).intValue();
  }
}
