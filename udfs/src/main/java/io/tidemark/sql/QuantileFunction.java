package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.jspecify.annotations.Nullable;

/**
 * A quantile, off by at most 1 % of itself: (value, rank). See {@link
 * io.tidemark.aggregate.Quantile}.
 */
public final class QuantileFunction extends RankedFunction {
  private static final long serialVersionUID = 1L;

  public QuantileFunction() {
    super(AggregateKind.QUANTILE);
  }

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable Double value, double rank) {
    aggregate.require(0, rank);
    if (value != null) {
      aggregate.remove(value, 0);
    }
  }
}
