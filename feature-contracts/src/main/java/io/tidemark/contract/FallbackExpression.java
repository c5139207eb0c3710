package io.tidemark.contract;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Compiles a model's fallback expression: its variables are the model's inputs, all doubles. */
public final class FallbackExpression {
  private FallbackExpression() {}

  /**
   * The checked expression.
   *
   * @throws CelValidationException with every issue and its place inside the expression
   */
  public static CelAbstractSyntaxTree compile(List<TensorInput> inputs, String expression)
      throws CelValidationException {
    CelCompilerBuilder compiler =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(Expressions.OPTIONS)
            .setResultType(SimpleType.DOUBLE);
    Set<String> names = new LinkedHashSet<>();
    for (TensorInput input : inputs) {
      if (input.type() != TensorType.STRING) {
        input.features().forEach(feature -> names.add(feature.toString()));
      }
    }
    names.forEach(name -> compiler.addVar(name, SimpleType.DOUBLE));
    return compiler.build().compile(expression).getAst();
  }
}
