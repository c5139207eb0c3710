package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** An aggregate of values alone that gives a number. */
public abstract class ValueFunction extends MergingFunction<Double> {
  private static final long serialVersionUID = 1L;

  ValueFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  final InputTypeStrategy arguments() {
    return InputTypeStrategies.sequence(Arguments.VALUE);
  }

  @Override
  final DataType answer() {
    return DataTypes.DOUBLE();
  }

  @Override
  public final RunningAggregate createAccumulator() {
    RunningAggregate aggregate = super.createAccumulator();
    aggregate.require(0);
    return aggregate;
  }

  /** Called by Flink. */
  public final void accumulate(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.add(value, 0);
    }
  }

  @Override
  public final @Nullable Double getValue(RunningAggregate aggregate) {
    return number(aggregate);
  }
}
