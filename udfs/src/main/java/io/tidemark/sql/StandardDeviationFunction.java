package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Standard deviation of a sample. See {@link io.tidemark.aggregate.Moments}. */
public final class StandardDeviationFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public StandardDeviationFunction() {
    super(AggregateKind.STDDEV);
  }
}
