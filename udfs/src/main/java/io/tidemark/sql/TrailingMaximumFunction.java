package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Maximum of the last while: (value, time, size). */
public final class TrailingMaximumFunction extends TrailingValueFunction {
  private static final long serialVersionUID = 1L;

  public TrailingMaximumFunction() {
    super(AggregateKind.MAX);
  }
}
