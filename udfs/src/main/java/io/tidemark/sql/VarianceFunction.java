package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Variance of a sample. See {@link io.tidemark.aggregate.Moments}. */
public final class VarianceFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public VarianceFunction() {
    super(AggregateKind.VARIANCE);
  }
}
