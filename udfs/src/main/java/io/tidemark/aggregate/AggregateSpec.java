package io.tidemark.aggregate;

import io.tidemark.aggregate.AggregateTraits.Cost;
import io.tidemark.aggregate.AggregateTraits.Error;
import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import java.util.List;

/**
 * An aggregate with its parameters: what a plan holds, and what makes the accumulators.
 *
 * @param parameters as {@link AggregateKind#parameter} says
 */
public record AggregateSpec(AggregateKind kind, List<Double> parameters) {
  private static final double ROUNDING = 0x1p-52;

  /**
   * @throws IllegalArgumentException if the parameters are not those of the kind; the message is
   *     for the user
   */
  public AggregateSpec {
    parameters = List.copyOf(parameters);
    kind.requireParameters(parameters);
  }

  /** What a contract asks for, without the value and the filter. */
  public static AggregateSpec of(Aggregate aggregate) {
    return new AggregateSpec(aggregate.kind(), aggregate.parameters());
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
