package io.tidemark.aggregate;

import io.tidemark.contract.AggregateKind;

/** The value of each aggregate kind, read off the running state of a window. */
public final class Aggregates {
  private Aggregates() {}

  /**
   * @param events number of events in the window
   * @param values count and sum of the aggregated column's present values; ignored by a count of
   *     events
   * @param ofColumn whether a column is named
   * @return the value, or NaN where the aggregate of nothing is undefined
   */
  public static double value(AggregateKind kind, long events, RunningSum values, boolean ofColumn) {
    return switch (kind) {
      case COUNT -> ofColumn ? values.count() : events;
      case SUM -> values.sum();
      case AVG -> values.count() == 0 ? Double.NaN : values.sum() / values.count();
    };
  }
}
