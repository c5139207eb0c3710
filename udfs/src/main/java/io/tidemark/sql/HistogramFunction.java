package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How many values lie in each bucket between ascending edges: (value, edge, edge, …), one number
 * more than edges. See {@link io.tidemark.aggregate.Histogram}.
 */
public final class HistogramFunction extends MergingFunction<ArrayData> {
  private static final long serialVersionUID = 1L;

  public HistogramFunction() {
    super(AggregateKind.HISTOGRAM);
  }

  @Override
  InputTypeStrategy arguments() {
    return Arguments.withParameters(
        InputTypeStrategies.varyingSequence(Arguments.VALUE, Arguments.NUMBER), kind(), 1);
  }

  @Override
  DataType answer() {
    return DataTypes.ARRAY(DataTypes.BIGINT().notNull()).bridgedTo(ArrayData.class);
  }

  /** Called by Flink. */
  public void accumulate(RunningAggregate aggregate, @Nullable Double value, double... edges) {
    aggregate.require(0, edges);
    if (value != null) {
      aggregate.add(value, 0);
    }
  }

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable Double value, double... edges) {
    aggregate.require(0, edges);
    if (value != null) {
      aggregate.remove(value, 0);
    }
  }

  @Override
  public ArrayData getValue(RunningAggregate aggregate) {
    long[] counts = new long[aggregate.width()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (long) aggregate.result(i);
    }
    return new GenericArrayData(counts);
  }
}
