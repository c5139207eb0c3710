package io.tidemark.sql;

import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Number of distinct values or strings, exact up to 1,024. See {@link
 * io.tidemark.aggregate.Distinct}.
 */
public final class DistinctFunction extends MergingFunction<Long> {
  static final int BOUND = 1024;
  private static final long serialVersionUID = 1L;

  public DistinctFunction() {
    super(AggregateKind.DISTINCT);
  }

  @Override
  InputTypeStrategy arguments() {
    return Arguments.valueOrText();
  }

  @Override
  DataType answer() {
    return DataTypes.BIGINT();
  }

  @Override
  public RunningAggregate createAccumulator() {
    RunningAggregate aggregate = super.createAccumulator();
    aggregate.require(0, BOUND);
    return aggregate;
  }

  /** Called by Flink. */
  public void accumulate(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.add(value, 0);
    }
  }

  /** Called by Flink. */
  public void accumulate(RunningAggregate aggregate, @Nullable String text) {
    if (text != null) {
      aggregate.add(TextCode.of(text), 0);
    }
  }

  @Override
  public Long getValue(RunningAggregate aggregate) {
    return Math.round(aggregate.result());
  }
}
