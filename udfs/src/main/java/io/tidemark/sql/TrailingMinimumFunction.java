package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Minimum of the last while: (value, time, size). */
public final class TrailingMinimumFunction extends TrailingValueFunction {
  private static final long serialVersionUID = 1L;

  public TrailingMinimumFunction() {
    super(AggregateKind.MIN);
  }
}
