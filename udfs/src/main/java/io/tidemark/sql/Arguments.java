package io.tidemark.sql;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.AggregateKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.ArgumentTypeStrategy;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** The arguments of the aggregate functions, checked while a query is planned. */
final class Arguments {
  /** Any number; SQL casts it to a double. */
  static final ArgumentTypeStrategy VALUE = InputTypeStrategies.explicit(DataTypes.DOUBLE());

  /** Any timestamp but one with a zone of its own. */
  static final ArgumentTypeStrategy TIME = new Time();

  static final ArgumentTypeStrategy WHOLE_NUMBER = InputTypeStrategies.explicit(DataTypes.INT());
  static final ArgumentTypeStrategy NUMBER = InputTypeStrategies.explicit(DataTypes.DOUBLE());

  /** From a millisecond to days: months have no length. */
  static final ArgumentTypeStrategy INTERVAL = new Interval();

  private Arguments() {}

  /** A number, or a text that enters as its code. */
  static InputTypeStrategy valueOrText() {
    return InputTypeStrategies.or(
        InputTypeStrategies.sequence(
            InputTypeStrategies.logical(LogicalTypeFamily.CHARACTER_STRING)),
        InputTypeStrategies.sequence(VALUE));
  }

  /**
   * Also refuses constants that the aggregate refuses, with its words.
   *
   * @param types of all arguments
   * @param firstParameter position of the first one that is a parameter of the aggregate; so are
   *     all behind it
   */
  static InputTypeStrategy withParameters(
      InputTypeStrategy types, AggregateKind kind, int firstParameter) {
    return new Parameterized(types, kind, firstParameter);
  }

  /**
   * Whether an argument can be looked at. That is so while the query is validated; once it is a
   * plan, its aggregates name columns, and the planner refuses even the question.
   */
  private static boolean isConstant(CallContext call, int position) {
    try {
      return call.isArgumentLiteral(position) && !call.isArgumentNull(position);
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private static final class Time implements ArgumentTypeStrategy {
    @Override
    public Optional<DataType> inferArgumentType(
        CallContext call, int position, boolean throwOnFailure) {
      DataType type = call.getArgumentDataTypes().get(position);
      if (type.getLogicalType()
          .isAnyOf(
              LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE,
              LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)) {
        return Optional.of(type.bridgedTo(TimestampData.class));
      }
      return call.fail(
          throwOnFailure, "Argument %s must be a timestamp, but is %s.", position + 1, type);
    }

    @Override
    public Signature.Argument getExpectedArgument(FunctionDefinition function, int position) {
      return Signature.Argument.of("<TIMESTAMP>");
    }
  }

  private static final class Interval implements ArgumentTypeStrategy {
    @Override
    public Optional<DataType> inferArgumentType(
        CallContext call, int position, boolean throwOnFailure) {
      DataType type = call.getArgumentDataTypes().get(position);
      if (!type.getLogicalType().is(LogicalTypeRoot.INTERVAL_DAY_TIME)) {
        return call.fail(
            throwOnFailure,
            "Argument %s must be an interval such as INTERVAL '7' DAY, but is %s.",
            position + 1,
            type);
      }
      if (isConstant(call, position)) {
        Optional<Duration> length = call.getArgumentValue(position, Duration.class);
        if (length.isPresent() && length.get().toMillis() < 1) {
          return call.fail(
              throwOnFailure,
              "Argument %s must be at least a millisecond long, but is %s.",
              position + 1,
              length.get());
        }
      }
      return Optional.of(type);
    }

    @Override
    public Signature.Argument getExpectedArgument(FunctionDefinition function, int position) {
      return Signature.Argument.of("<INTERVAL>");
    }
  }

  private record Parameterized(InputTypeStrategy types, AggregateKind kind, int firstParameter)
      implements InputTypeStrategy {

    @Override
    public ArgumentCount getArgumentCount() {
      return types.getArgumentCount();
    }

    @Override
    public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
      Optional<List<DataType>> inferred = types.inferInputTypes(call, throwOnFailure);
      if (inferred.isEmpty()) {
        return inferred;
      }
      List<Double> parameters = new ArrayList<>();
      for (int i = firstParameter; i < call.getArgumentDataTypes().size(); i++) {
        Optional<Double> constant = constant(call, i);
        if (constant.isEmpty()) {
          // A later phase of planning, which shows no constants; or a row will show it.
          return inferred;
        }
        parameters.add(constant.get());
      }
      try {
        new AggregateSpec(kind, parameters);
        return inferred;
      } catch (IllegalArgumentException e) {
        return call.fail(throwOnFailure, "%s", e.getMessage());
      }
    }

    private static Optional<Double> constant(CallContext call, int position) {
      if (!isConstant(call, position)) {
        return Optional.empty();
      }
      DataType type = call.getArgumentDataTypes().get(position);
      return type.getLogicalType().is(LogicalTypeRoot.INTERVAL_DAY_TIME)
          ? call.getArgumentValue(position, Duration.class).map(d -> (double) d.toMillis())
          : call.getArgumentValue(position, Double.class);
    }

    @Override
    public List<Signature> getExpectedSignatures(FunctionDefinition function) {
      return types.getExpectedSignatures(function);
    }
  }
}
