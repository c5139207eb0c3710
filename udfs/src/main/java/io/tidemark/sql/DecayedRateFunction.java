package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/**
 * Rate per second of fading values: (value, time, half-life). See {@link
 * io.tidemark.aggregate.DecayedSum}.
 */
public final class DecayedRateFunction extends DecayedFunction {
  private static final long serialVersionUID = 1L;

  public DecayedRateFunction() {
    super(AggregateKind.DECAYED_RATE);
  }
}
