package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** The first k values by time: (value, time, k). See {@link io.tidemark.aggregate.TimedValues}. */
public final class FirstValuesFunction extends TimedValuesFunction {
  private static final long serialVersionUID = 1L;

  public FirstValuesFunction() {
    super(AggregateKind.FIRST_K);
  }
}
