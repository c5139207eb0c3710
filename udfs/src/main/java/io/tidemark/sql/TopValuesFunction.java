package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The k most frequent values, the most frequent first: (value, k). See {@link
 * io.tidemark.aggregate.TopValues}.
 */
public final class TopValuesFunction extends MergingFunction<ArrayData> {
  private static final long serialVersionUID = 1L;

  public TopValuesFunction() {
    super(AggregateKind.TOP_K);
  }

  @Override
  InputTypeStrategy arguments() {
    return Arguments.withParameters(
        InputTypeStrategies.sequence(Arguments.VALUE, Arguments.WHOLE_NUMBER), kind(), 1);
  }

  @Override
  DataType answer() {
    return NumberArray.TYPE;
  }

  /** Called by Flink. */
  public void accumulate(RunningAggregate aggregate, @Nullable Double value, int k) {
    aggregate.require(0, k);
    if (value != null) {
      aggregate.add(value, 0);
    }
  }

  @Override
  public ArrayData getValue(RunningAggregate aggregate) {
    return NumberArray.present(aggregate);
  }
}
