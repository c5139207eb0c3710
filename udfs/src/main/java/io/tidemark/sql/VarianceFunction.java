package io.tidemark.sql;

import io.tidemark.aggregate.AggregateSpec;

/** Variance of a sample. See {@link io.tidemark.aggregate.Moments}. */
public final class VarianceFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public VarianceFunction() {
    super(AggregateSpec.Kind.VARIANCE);
  }
}
