package io.tidemark.aggregate;

import io.tidemark.contract.AggregateKind;

/** The value of the aggregates that are read off a count and a sum. */
public final class Aggregates {
  private Aggregates() {}

  /**
   * @param events number of events in the window
   * @param values count and sum of the aggregated column's present values; ignored by a count of
   *     events
   * @param ofColumn whether a column is named
   * @return the value, or NaN where the aggregate of nothing is undefined
   * @throws IllegalArgumentException if the kind needs more
   */
  public static double value(AggregateKind kind, long events, RunningSum values, boolean ofColumn) {
    return switch (kind) {
      case COUNT -> ofColumn ? values.count() : events;
      case SUM -> values.sum();
      case AVG -> values.count() == 0 ? Double.NaN : values.sum() / values.count();
      case MIN,
          MAX,
          VARIANCE,
          STDDEV,
          SKEWNESS,
          KURTOSIS,
          FIRST,
          LAST,
          FIRST_K,
          LAST_K,
          TOP_K,
          DISTINCT,
          ENTROPY,
          QUANTILE,
          RANK_QUANTILE,
          HISTOGRAM,
          TIME_SINCE_LAST,
          DECAYED_SUM,
          DECAYED_RATE ->
          throw new IllegalArgumentException(kind.yamlName() + " is not read off a sum");
    };
  }
}
