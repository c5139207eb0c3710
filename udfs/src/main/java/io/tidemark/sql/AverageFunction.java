package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.jspecify.annotations.Nullable;

/** {@code AVG(value)}, compensated. See {@link io.tidemark.aggregate.Average}. */
public final class AverageFunction extends ValueFunction {
  private static final long serialVersionUID = 1L;

  public AverageFunction() {
    super(AggregateKind.AVG);
  }

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.remove(value, 0);
    }
  }
}
