package io.tidemark.function;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Expressions;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.contract.FieldType;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A feature's expression, ready to run: compiled when the feature is built, and once more on the
 * first row after it was shipped, for only the contract travels.
 *
 * <p>A row that lacks a field which the expression names gives NaN, which means missing, and so
 * does an evaluation that fails, such as a division by zero. That holds also where the field would
 * not have been looked at: whether a value is there does not depend on the path through the
 * expression.
 *
 * <p>One evaluation costs well under a microsecond. Not safe for use by several threads.
 */
public final class RowExpression implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(Expressions.OPTIONS).build();

  private final EventContract event;
  private final String what;
  private final String expression;
  private final @Nullable FieldType type;
  private transient @Nullable Compiled compiled;

  /**
   * @param event the contract of the rows
   * @param feature one that is defined by an expression
   * @throws IllegalArgumentException if it is not, or the expression does not fit the event, which
   *     the validation of contracts rules out
   */
  public RowExpression(EventContract event, Feature feature) {
    this(event, feature.name(), text(feature), feature.type());
  }

  /**
   * An expression inside of an aggregate's definition: what is aggregated, or a filter.
   *
   * @param event the contract of the rows
   * @throws IllegalArgumentException if it does not fit the event, which the validation of
   *     contracts rules out
   */
  public RowExpression(EventContract event, String expression) {
    this(event, "an aggregate", expression, null);
  }

  private RowExpression(
      EventContract event, String what, String expression, @Nullable FieldType type) {
    this.event = event;
    this.what = what;
    this.expression = expression;
    this.type = type;
    this.compiled = compile();
  }

  private static String text(Feature feature) {
    if (!(feature.definition() instanceof FeatureDefinition.RowExpression definition)) {
      throw new IllegalArgumentException(feature.name() + " is not defined by an expression");
    }
    return definition.expression();
  }

  /** The fields that decide the value; no others are asked for. */
  public Set<String> fields() {
    return Set.copyOf(compiled().row.values.keySet());
  }

  /**
   * The value for a row: 1 and 0 for true and false, the {@link TextCode} of a text, milliseconds
   * since the epoch of a time; NaN where it has none.
   */
  public double evaluate(FieldReader row) {
    Compiled ready = compiled();
    if (!ready.row.read(row)) {
      return Double.NaN;
    }
    try {
      Object result = ready.program.eval(ready.row);
      return number(result);
    } catch (CelEvaluationException e) {
      return Double.NaN;
    }
  }

  private static double number(Object result) {
    if (result instanceof Number number) {
      return number.doubleValue();
    }
    if (result instanceof Boolean truth) {
      return truth ? 1.0 : 0.0;
    }
    return result instanceof Instant time ? time.toEpochMilli() : TextCode.of((String) result);
  }

  private Compiled compiled() {
    Compiled ready = compiled;
    if (ready == null) {
      ready = compile();
      compiled = ready;
    }
    return ready;
  }

  private Compiled compile() {
    try {
      CelAbstractSyntaxTree tree =
          type == null
              ? Expressions.compile(event, expression)
              : Expressions.compile(event, type, expression);
      if (Expressions.resultType(tree).isEmpty()) {
        throw new IllegalArgumentException(
            "The expression of " + what + " gives " + tree.getResultType().name());
      }
      return new Compiled(RUNTIME.createProgram(tree), new Row(Expressions.fields(event, tree)));
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException(
          "The expression of "
              + what
              + " does not fit the event "
              + event.metadata().name()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private record Compiled(CelRuntime.Program program, Row row) {}

  /** The fields of the row at hand, read once each before the expression looks at them. */
  private static final class Row implements CelVariableResolver {
    private final Map<String, Optional<Object>> values = new HashMap<>();

    Row(Set<String> fields) {
      fields.forEach(field -> values.put(field, Optional.empty()));
    }

    /** Whether the row has a value in every field. */
    boolean read(FieldReader row) {
      for (Map.Entry<String, Optional<Object>> entry : values.entrySet()) {
        Object value = row.value(entry.getKey());
        if (value == null) {
          return false;
        }
        entry.setValue(Optional.of(value));
      }
      return true;
    }

    @Override
    public Optional<Object> find(String name) {
      return values.getOrDefault(name, Optional.empty());
    }
  }
}
