package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** {@code MIN(value)}. See {@link io.tidemark.aggregate.Extreme}. */
public final class MinimumFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public MinimumFunction() {
    super(AggregateKind.MIN);
  }
}
