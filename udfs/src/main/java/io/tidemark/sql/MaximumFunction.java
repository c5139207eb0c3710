package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** {@code MAX(value)}. See {@link io.tidemark.aggregate.Extreme}. */
public final class MaximumFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public MaximumFunction() {
    super(AggregateKind.MAX);
  }
}
