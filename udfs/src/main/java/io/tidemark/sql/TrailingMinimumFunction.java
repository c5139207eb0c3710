package io.tidemark.sql;

import io.tidemark.aggregate.AggregateSpec;

/** Minimum of the last while: (value, time, size). */
public final class TrailingMinimumFunction extends TrailingValueFunction {
  private static final long serialVersionUID = 1L;

  public TrailingMinimumFunction() {
    super(AggregateSpec.Kind.MIN);
  }
}
