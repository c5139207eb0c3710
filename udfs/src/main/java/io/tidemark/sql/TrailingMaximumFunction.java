package io.tidemark.sql;

import io.tidemark.aggregate.AggregateSpec;

/** Maximum of the last while: (value, time, size). */
public final class TrailingMaximumFunction extends TrailingValueFunction {
  private static final long serialVersionUID = 1L;

  public TrailingMaximumFunction() {
    super(AggregateSpec.Kind.MAX);
  }
}
