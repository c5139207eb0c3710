package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.jspecify.annotations.Nullable;

/** {@code SUM(value)}, compensated; 0 of nothing. See {@link io.tidemark.aggregate.Sum}. */
public final class SumFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public SumFunction() {
    super(AggregateKind.SUM);
  }

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.remove(value, 0);
    }
  }
}
