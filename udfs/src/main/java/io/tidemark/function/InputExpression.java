package io.tidemark.function;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.tidemark.contract.Expressions;
import io.tidemark.contract.FallbackExpression;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.TensorInput;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * An expression over the inputs of a model, ready to run. An evaluation that fails gives NaN. Not
 * safe for use by several threads.
 */
public final class InputExpression {
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(Expressions.OPTIONS).build();

  private final Set<FeatureRef> features = new LinkedHashSet<>();
  private final Map<String, Object> values = new HashMap<>();
  private final CelRuntime.Program program;

  /**
   * @throws IllegalArgumentException if it does not fit the inputs, which the validation of
   *     contracts rules out
   */
  public InputExpression(List<TensorInput> inputs, String expression) {
    inputs.forEach(input -> features.addAll(input.features()));
    try {
      this.program = RUNTIME.createProgram(FallbackExpression.compile(inputs, expression));
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException("'" + expression + "': " + e.getMessage(), e);
    }
  }

  /** Its value for a row; NaN where there is none. */
  public double evaluate(ToDoubleFunction<FeatureRef> row) {
    for (FeatureRef feature : features) {
      values.put(feature.toString(), row.applyAsDouble(feature));
    }
    try {
      return program.eval(values) instanceof Double value ? value : Double.NaN;
    } catch (CelEvaluationException e) {
      return Double.NaN;
    }
  }
}
