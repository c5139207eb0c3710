package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Standard deviation of the last while: (value, time, size). */
public final class TrailingStandardDeviationFunction extends TrailingValueFunction {
  private static final long serialVersionUID = 1L;

  public TrailingStandardDeviationFunction() {
    super(AggregateKind.STDDEV);
  }
}
