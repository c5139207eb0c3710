package io.tidemark.aggregate;

import io.tidemark.aggregate.AggregateTraits.Cost;
import io.tidemark.aggregate.AggregateTraits.Error;
import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import java.io.Serializable;
import java.util.List;

/**
 * An aggregate with its parameters: what a plan holds, and what makes the accumulators.
 *
 * @param parameters as {@link AggregateKind#parameter} says
 */
public record AggregateSpec(AggregateKind kind, List<Double> parameters) implements Serializable {
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
      case COUNT, MIN, MAX, TIME_SINCE_LAST -> traits(true, true, Error.NONE, 0, Cost.CONSTANT);
      case SUM, AVG, VARIANCE, STDDEV, SKEWNESS, KURTOSIS ->
          traits(true, true, Error.ROUNDING, ROUNDING, Cost.CONSTANT);
      case FIRST, LAST, FIRST_K, LAST_K -> traits(false, true, Error.NONE, 0, Cost.LINEAR);
      case TOP_K -> traits(true, true, Error.OF_COUNT, 3.5 / TopValues.SLOTS, Cost.HASHED);
      case DISTINCT ->
          traits(true, true, Error.STANDARD_DEVIATION, Distinct.STANDARD_ERROR, Cost.HASHED);
      case ENTROPY -> traits(true, true, Error.INTERVAL, 1e-9, Cost.HASHED);
      case QUANTILE ->
          traits(true, true, Error.OF_ANSWER, Quantile.RELATIVE_ERROR, Cost.LOGARITHMIC);
      case RANK_QUANTILE ->
          traits(true, false, Error.OF_RANK, RankQuantile.RANK_ERROR, Cost.CONSTANT);
      case HISTOGRAM -> traits(true, true, Error.NONE, 0, Cost.LOGARITHMIC);
      case DECAYED_SUM, DECAYED_RATE ->
          traits(true, true, Error.ROUNDING, 3 * ROUNDING, Cost.CONSTANT);
    };
  }

  /** With what validation of contracts knows of the kind, too. */
  private AggregateTraits traits(
      boolean commutative, boolean deterministic, Error error, double bound, Cost cost) {
    return new AggregateTraits(
        kind.isInvertible(),
        commutative,
        deterministic,
        error,
        bound,
        kind.largestStateBytes(parameters, Long.MAX_VALUE),
        cost);
  }

  private int whole() {
    return parameters.get(0).intValue();
  }
}
