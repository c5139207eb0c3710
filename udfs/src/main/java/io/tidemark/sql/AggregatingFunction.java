package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;
import org.jspecify.annotations.Nullable;

/**
 * What the aggregate functions share: state and types. Each has {@code accumulate} with its own
 * arguments, and {@code retract} where its aggregate is invertible; Flink calls them by name.
 *
 * @param <T> of the answer
 */
public abstract class AggregatingFunction<T> extends AggregateFunction<T, RunningAggregate> {
  private static final long serialVersionUID = 1L;

  private final AggregateKind kind;

  AggregatingFunction(AggregateKind kind) {
    this.kind = kind;
  }

  abstract InputTypeStrategy arguments();

  abstract DataType answer();

  final AggregateKind kind() {
    return kind;
  }

  @Override
  public RunningAggregate createAccumulator() {
    return new RunningAggregate(kind);
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    DataType state = DataTypes.RAW(RunningAggregate.class, new RunningAggregateSerializer(kind));
    return TypeInference.newBuilder()
        .inputTypeStrategy(arguments())
        .accumulatorTypeStrategy(TypeStrategies.explicit(state))
        .outputTypeStrategy(TypeStrategies.explicit(answer()))
        .build();
  }

  /** A single number; null where it is not defined. */
  static @Nullable Double number(RunningAggregate aggregate) {
    double result = aggregate.result();
    return Double.isNaN(result) ? null : result;
  }
}
