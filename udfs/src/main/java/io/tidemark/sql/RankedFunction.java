package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/** The value of a rank from 0 to 1. */
public abstract class RankedFunction extends MergingFunction<Double> {
  private static final long serialVersionUID = 1L;

  RankedFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  final InputTypeStrategy arguments() {
    return Arguments.withParameters(
        InputTypeStrategies.sequence(Arguments.VALUE, Arguments.NUMBER), kind(), 1);
  }

  @Override
  final DataType answer() {
    return DataTypes.DOUBLE();
  }

  /** Called by Flink. */
  public final void accumulate(RunningAggregate aggregate, @Nullable Double value, double rank) {
    aggregate.require(0, rank);
    if (value != null) {
      aggregate.add(value, 0);
    }
  }

  @Override
  public final @Nullable Double getValue(RunningAggregate aggregate) {
    return number(aggregate);
  }
}
