package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** An aggregate of values and their times that gives a number. */
public abstract class TimedFunction extends MergingFunction<Double> {
  private static final long serialVersionUID = 1L;

  TimedFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  final InputTypeStrategy arguments() {
    return InputTypeStrategies.sequence(Arguments.VALUE, Arguments.TIME);
  }

  @Override
  final DataType answer() {
    return DataTypes.DOUBLE();
  }

  /** Called by Flink. */
  public final void accumulate(
      RunningAggregate aggregate, @Nullable Double value, @Nullable TimestampData time) {
    aggregate.require(0);
    if (value != null && time != null) {
      aggregate.add(value, time.getMillisecond());
    }
  }

  @Override
  public final @Nullable Double getValue(RunningAggregate aggregate) {
    return number(aggregate);
  }
}
