package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/**
 * The last k values by time, the last first: (value, time, k). See {@link
 * io.tidemark.aggregate.TimedValues}.
 */
public final class LastValuesFunction extends TimedValuesFunction {
  private static final long serialVersionUID = 1L;

  public LastValuesFunction() {
    super(AggregateKind.LAST_K);
  }
}
