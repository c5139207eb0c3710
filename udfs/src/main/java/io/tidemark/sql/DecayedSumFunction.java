package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Sum of fading values: (value, time, half-life). See {@link io.tidemark.aggregate.DecayedSum}. */
public final class DecayedSumFunction extends DecayedFunction {
  private static final long serialVersionUID = 1L;

  public DecayedSumFunction() {
    super(AggregateKind.DECAYED_SUM);
  }
}
