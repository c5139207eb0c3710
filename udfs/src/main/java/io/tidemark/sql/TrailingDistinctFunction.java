package io.tidemark.sql;

import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.AggregateKind;
import java.time.Duration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/** Number of distinct values or strings of the last while: (value or string, time, size). */
public final class TrailingDistinctFunction extends TrailingFunction<Long> {
  private static final long serialVersionUID = 1L;

  public TrailingDistinctFunction() {
    super(AggregateKind.DISTINCT);
  }

  @Override
  InputTypeStrategy arguments() {
    return InputTypeStrategies.or(
        InputTypeStrategies.sequence(
            InputTypeStrategies.logical(LogicalTypeFamily.CHARACTER_STRING),
            Arguments.TIME,
            Arguments.INTERVAL),
        InputTypeStrategies.sequence(Arguments.VALUE, Arguments.TIME, Arguments.INTERVAL));
  }

  @Override
  DataType answer() {
    return DataTypes.BIGINT();
  }

  /** Called by Flink. */
  public void accumulate(
      RunningAggregate aggregate,
      @Nullable Double value,
      @Nullable TimestampData time,
      Duration size) {
    aggregate.require(size.toMillis(), DistinctFunction.BOUND);
    if (time != null) {
      aggregate.add(value == null ? Double.NaN : value, time.getMillisecond());
    }
  }

  /** Called by Flink. */
  public void accumulate(
      RunningAggregate aggregate,
      @Nullable String text,
      @Nullable TimestampData time,
      Duration size) {
    accumulate(aggregate, text == null ? null : (Double) TextCode.of(text), time, size);
  }

  @Override
  public Long getValue(RunningAggregate aggregate) {
    return Math.round(aggregate.result());
  }
}
