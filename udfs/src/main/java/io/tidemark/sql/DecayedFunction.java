package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import java.time.Duration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** An aggregate in which values fade, as of the youngest time given. */
public abstract class DecayedFunction extends MergingFunction<Double> {
  private static final long serialVersionUID = 1L;

  DecayedFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  final InputTypeStrategy arguments() {
    return Arguments.withParameters(
        InputTypeStrategies.sequence(Arguments.VALUE, Arguments.TIME, Arguments.INTERVAL),
        kind(),
        2);
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
      Duration halfLife) {
    aggregate.require(0, (double) halfLife.toMillis());
    if (value != null && time != null) {
      aggregate.add(value, time.getMillisecond());
    }
  }

  /** Called by Flink. */
  public final void retract(
      RunningAggregate aggregate,
      @Nullable Double value,
      @Nullable TimestampData time,
      Duration halfLife) {
    aggregate.require(0, (double) halfLife.toMillis());
    if (value != null && time != null) {
      aggregate.remove(value, time.getMillisecond());
    }
  }

  @Override
  public final @Nullable Double getValue(RunningAggregate aggregate) {
    return number(aggregate);
  }
}
