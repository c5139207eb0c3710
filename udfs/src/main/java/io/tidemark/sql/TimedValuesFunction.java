package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** The values at one end of time. */
public abstract class TimedValuesFunction extends MergingFunction<ArrayData> {
  private static final long serialVersionUID = 1L;

  TimedValuesFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  final InputTypeStrategy arguments() {
    return Arguments.withParameters(
        InputTypeStrategies.sequence(Arguments.VALUE, Arguments.TIME, Arguments.WHOLE_NUMBER),
        kind(),
        2);
  }

  @Override
  final DataType answer() {
    return NumberArray.TYPE;
  }

  /** Called by Flink. */
  public final void accumulate(
      RunningAggregate aggregate, @Nullable Double value, @Nullable TimestampData time, int k) {
    aggregate.require(0, k);
    if (value != null && time != null) {
      aggregate.add(value, time.getMillisecond());
    }
  }

  @Override
  public final ArrayData getValue(RunningAggregate aggregate) {
    return NumberArray.present(aggregate);
  }
}
