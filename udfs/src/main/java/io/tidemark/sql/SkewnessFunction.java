package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Skewness, g1. See {@link io.tidemark.aggregate.Moments}. */
public final class SkewnessFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public SkewnessFunction() {
    super(AggregateKind.SKEWNESS);
  }
}
