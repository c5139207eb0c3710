package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** Number of present values; NaN and infinities are none. */
public final class CountFunction extends MergingFunction<Long> {
  private static final long serialVersionUID = 1L;

  public CountFunction() {
    super(AggregateKind.COUNT);
  }

  @Override
  InputTypeStrategy arguments() {
    return InputTypeStrategies.sequence(Arguments.VALUE);
  }

  @Override
  DataType answer() {
    return DataTypes.BIGINT();
  }

  @Override
  public RunningAggregate createAccumulator() {
    RunningAggregate aggregate = super.createAccumulator();
    aggregate.require(0);
    return aggregate;
  }

  /** Called by Flink. */
  public void accumulate(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.add(value, 0);
    }
  }

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.remove(value, 0);
    }
  }

  @Override
  public Long getValue(RunningAggregate aggregate) {
    return (long) aggregate.result();
  }
}
