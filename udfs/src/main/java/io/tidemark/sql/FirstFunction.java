package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** First value by time: (value, time). See {@link io.tidemark.aggregate.TimedValues}. */
public final class FirstFunction extends TimedFunction {
  private static final long serialVersionUID = 1L;

  public FirstFunction() {
    super(AggregateKind.FIRST);
  }
}
