package io.tidemark.contract;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compiles and type checks the CEL expressions of features against the fields of an event.
 *
 * <p>{@code int} and {@code long} are CEL's int, {@code timestamp} is its timestamp; int and double
 * do not mix without {@code double(…)}. Macros such as {@code exists} are left out: an event has no
 * lists, and without them the cost of an expression is bounded by its length.
 *
 * @see <a href="https://cel.dev">Common Expression Language</a>
 */
public final class Expressions {
  /** The options an expression is compiled and must be evaluated with. */
  public static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(2_000)
          .maxParseRecursionDepth(50)
          .enableTimestampEpoch(true)
          .evaluateCanonicalTypesToNativeValues(true)
          .build();

  private Expressions() {}

  /**
   * The checked expression.
   *
   * @param type what the feature is declared to be; the expression must give that
   * @throws CelValidationException with every issue and its place inside the expression
   * @throws IllegalArgumentException if no expression can give {@code type}
   */
  public static CelAbstractSyntaxTree compile(
      EventContract event, FieldType type, String expression) throws CelValidationException {
    if (!isResultType(type)) {
      throw new IllegalArgumentException("No expression gives a " + type.yamlName());
    }
    return compiler(event).setResultType(celType(type)).build().compile(expression).getAst();
  }

  /**
   * The checked expression, whatever its type.
   *
   * @throws CelValidationException with every issue and its place inside the expression
   */
  public static CelAbstractSyntaxTree compile(EventContract event, String expression)
      throws CelValidationException {
    return compiler(event).build().compile(expression).getAst();
  }

  private static CelCompilerBuilder compiler(EventContract event) {
    CelCompilerBuilder compiler =
        CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS);
    for (EventField field : event.fields()) {
      compiler.addVar(field.name(), celType(field.type()));
    }
    return compiler;
  }

  /** The type of what an expression gives; empty for what no field can be, such as a list. */
  public static Optional<FieldType> resultType(CelAbstractSyntaxTree expression) {
    return Stream.of(
            FieldType.LONG,
            FieldType.DOUBLE,
            FieldType.BOOLEAN,
            FieldType.STRING,
            FieldType.TIMESTAMP)
        .filter(type -> celType(type).equals(expression.getResultType()))
        .findFirst();
  }

  /** Whether an expression can be the definition of a feature of this type. */
  public static boolean isResultType(FieldType type) {
    return type.isNumeric() || type == FieldType.BOOLEAN;
  }

  /** The fields of the event that the expression reads. */
  public static Set<String> fields(EventContract event, CelAbstractSyntaxTree expression) {
    Set<String> fields = new TreeSet<>();
    for (CelReference reference : expression.getReferenceMap().values()) {
      if (event.field(reference.name()).isPresent()) {
        fields.add(reference.name());
      }
    }
    return fields;
  }

  private static CelType celType(FieldType type) {
    return switch (type) {
      case INT, LONG -> SimpleType.INT;
      case DOUBLE -> SimpleType.DOUBLE;
      case BOOLEAN -> SimpleType.BOOL;
      case STRING -> SimpleType.STRING;
      case TIMESTAMP -> SimpleType.TIMESTAMP;
    };
  }
}
