package io.tidemark.contract;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and type checks the CEL expressions of features against the fields of an event.
 *
 * <p>{@code int} and {@code long} are CEL's int, {@code timestamp} is its timestamp; int and double
 * do not mix without {@code double(…)}. Macros such as {@code exists} are left out: an event has no
 * lists, and without them the cost of an expression is bounded by its length.
 *
 * <p>Safe for use by several threads.
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

  /** Compiling takes a millisecond; sets of contracts that are compared share most expressions. */
  private static final int KEPT = 4_096;

  private static final Map<Source, CelAbstractSyntaxTree> COMPILED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Source, CelAbstractSyntaxTree> eldest) {
              return size() > KEPT;
            }
          });

  /** All that decides about the outcome. */
  private record Source(
      Map<String, FieldType> fields, @Nullable FieldType result, String expression) {}

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
    return compile(new Source(fields(event), type, expression));
  }

  /**
   * The checked expression, whatever its type.
   *
   * @throws CelValidationException with every issue and its place inside the expression
   */
  public static CelAbstractSyntaxTree compile(EventContract event, String expression)
      throws CelValidationException {
    return compile(new Source(fields(event), null, expression));
  }

  private static Map<String, FieldType> fields(EventContract event) {
    return event.fields().stream().collect(Collectors.toMap(EventField::name, EventField::type));
  }

  private static CelAbstractSyntaxTree compile(Source source) throws CelValidationException {
    CelAbstractSyntaxTree known = COMPILED.get(source);
    if (known != null) {
      return known;
    }
    CelCompilerBuilder compiler =
        CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS);
    source.fields.forEach((name, type) -> compiler.addVar(name, celType(type)));
    if (source.result != null) {
      compiler.setResultType(celType(source.result));
    }
    CelAbstractSyntaxTree compiled = compiler.build().compile(source.expression).getAst();
    COMPILED.put(source, compiled);
    return compiled;
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
