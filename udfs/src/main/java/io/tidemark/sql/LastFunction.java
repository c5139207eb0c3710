package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Last value by time: (value, time). See {@link io.tidemark.aggregate.TimedValues}. */
public final class LastFunction extends TimedFunction {
  private static final long serialVersionUID = 1L;

  public LastFunction() {
    super(AggregateKind.LAST);
  }
}
