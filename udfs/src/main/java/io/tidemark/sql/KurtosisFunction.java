package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/** Excess kurtosis, g2. See {@link io.tidemark.aggregate.Moments}. */
public final class KurtosisFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public KurtosisFunction() {
    super(AggregateKind.KURTOSIS);
  }
}
