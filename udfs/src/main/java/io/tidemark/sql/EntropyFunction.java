package io.tidemark.sql;

import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Entropy of values or strings in nats, of which 4,096 are told apart. See {@link
 * io.tidemark.aggregate.Entropy}.
 */
public final class EntropyFunction extends MergingFunction<Double> {
  static final int BOUND = 4096;
  private static final long serialVersionUID = 1L;

  public EntropyFunction() {
    super(AggregateKind.ENTROPY);
  }

  @Override
  InputTypeStrategy arguments() {
    return Arguments.valueOrText();
  }

  @Override
  DataType answer() {
    return DataTypes.DOUBLE();
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

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable Double value) {
    if (value != null) {
      aggregate.remove(value, 0);
    }
  }

  /** Called by Flink. */
  public void retract(RunningAggregate aggregate, @Nullable String text) {
    if (text != null) {
      aggregate.remove(TextCode.of(text), 0);
    }
  }

  @Override
  public @Nullable Double getValue(RunningAggregate aggregate) {
    return number(aggregate);
  }
}
