package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import java.time.Duration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** A number over the rows of the last while. */
public abstract class TrailingValueFunction extends TrailingFunction<Double> {
  private static final long serialVersionUID = 1L;

  TrailingValueFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  final InputTypeStrategy arguments() {
    return InputTypeStrategies.sequence(Arguments.VALUE, Arguments.TIME, Arguments.INTERVAL);
  }

  @Override
  final DataType answer() {
    return DataTypes.DOUBLE();
  }

  /** Called by Flink. */
  public final void accumulate(
      RunningAggregate aggregate,
      @Nullable Double value,
      @Nullable TimestampData time,
      Duration size) {
    aggregate.require(size.toMillis());
    if (time != null) {
      aggregate.add(value == null ? Double.NaN : value, time.getMillisecond());
    }
  }

  @Override
  public final @Nullable Double getValue(RunningAggregate aggregate) {
    return number(aggregate);
  }
}
