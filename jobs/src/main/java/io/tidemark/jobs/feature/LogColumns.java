package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Accumulator;
import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.Aggregate;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.review.StateParts;
import io.tidemark.function.RowExpression;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a log: what aggregates are over, as one number per event. A column is a field, an
 * expression or the event itself, and has no value (NaN) where its filter does not hold, or what it
 * is over is null or not finite. Each distinct expression is evaluated once per event, and each
 * distinct pair of value and filter is one column.
 *
 * <p>Not thread-safe.
 */
final class LogColumns implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double TRUE = 1;

  private final EventSchema schema;
  private final EventRow event;
  private final List<String> texts;
  private final List<String> meanings;
  private final List<RowExpression> programs;
  private final Column[] columns;

  /** Per column that is a number field of all events its slot; {@link Column#NONE} of any other. */
  private final int[] slots;

  /** Of these, whether the field is a double. */
  private final boolean[] isDouble;

  private transient double @Nullable [] results;
  private transient double @Nullable [] row;
  private transient int skipped;

  /**
   * One column.
   *
   * @param field of the schema, {@link #NONE} for an expression or the event itself
   * @param expression its position, {@link #NONE} for a field or the event itself
   * @param filter position of the expression that must be true, {@link #NONE} for all events
   */
  private record Column(int field, int expression, int filter) implements Serializable {
    static final int NONE = -1;
  }

  private LogColumns(
      EventSchema schema,
      List<String> texts,
      List<String> meanings,
      List<String> expressions,
      List<Column> columns) {
    this.schema = schema;
    this.event = new EventRow(schema);
    this.texts = List.copyOf(texts);
    this.meanings = List.copyOf(meanings);
    this.programs =
        expressions.stream().map(text -> new RowExpression(schema.contract(), text)).toList();
    this.columns = columns.toArray(Column[]::new);
    this.slots = new int[columns.size()];
    this.isDouble = new boolean[columns.size()];
    for (int i = 0; i < slots.length; i++) {
      Column column = columns.get(i);
      boolean isField = column.field != Column.NONE && column.filter == Column.NONE;
      boolean isNumber = isField && !schema.isText(column.field);
      slots[i] = isNumber ? schema.slot(column.field) : Column.NONE;
      isDouble[i] = isNumber && schema.type(column.field) == FieldType.DOUBLE;
    }
  }

  int count() {
    return columns.length;
  }

  /** The columns in words, as the first releases told layouts of state apart. */
  List<String> texts() {
    return texts;
  }

  /** What each column means, see {@link StateParts#column}. */
  List<String> meanings() {
    return meanings;
  }

  /** The values of an event, overwritten by the next call. */
  double[] of(Event next) {
    double[] values = row;
    double[] computed = results;
    if (values == null || computed == null) {
      values = new double[columns.length];
      row = values;
      computed = new double[programs.size()];
      results = computed;
    }
    if (computed.length > 0) {
      event.read(next);
    }
    for (int i = 0; i < computed.length; i++) {
      computed[i] = programs.get(i).evaluate(event);
    }
    skipped = 0;
    for (int i = 0; i < values.length; i++) {
      int slot = slots[i];
      values[i] =
          slot == Column.NONE || next.isNumberNull(slot)
              ? value(columns[i], next, computed)
              : presentOrNone(isDouble[i] ? next.doubleValue(slot) : next.bits(slot));
    }
    return values;
  }

  /** How many values of the event last read were null, NaN or infinite, and so are none. */
  int skipped() {
    return skipped;
  }

  private double value(Column column, Event next, double[] computed) {
    if (column.filter != Column.NONE && computed[column.filter] != TRUE) {
      return Double.NaN;
    }
    double value =
        column.field != Column.NONE
            ? number(column.field, next)
            : column.expression != Column.NONE ? computed[column.expression] : 1;
    return presentOrNone(value);
  }

  private double presentOrNone(double value) {
    if (Accumulator.isPresent(value)) {
      return value;
    }
    skipped++;
    return Double.NaN;
  }

  private double number(int field, Event next) {
    if (!schema.isText(field)) {
      return EventFields.number(schema, field, next);
    }
    String text = next.text(schema.slot(field));
    return text == null ? Double.NaN : TextCode.of(text);
  }

  /** Gathers the columns that aggregates need. */
  static final class Builder {
    private final EventSchema schema;
    private final List<Column> columns = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<String> meanings = new ArrayList<>();
    private final List<String> expressions = new ArrayList<>();

    Builder(EventSchema schema) {
      this.schema = schema;
    }

    /** The position of the column that an aggregate is over. */
    int column(Aggregate aggregate) {
      ValueExpression of = aggregate.of();
      String where = aggregate.where();
      Column column =
          new Column(
              of instanceof ValueExpression.Field field
                  ? schema.fieldIndex(field.name())
                  : Column.NONE,
              of instanceof ValueExpression.Computed computed
                  ? expression(computed.text())
                  : Column.NONE,
              where == null ? Column.NONE : expression(where));
      int known = columns.indexOf(column);
      if (known >= 0) {
        return known;
      }
      columns.add(column);
      meanings.add(StateParts.column(schema.contract(), aggregate));
      texts.add((of == null ? "1" : of.text()) + (where == null ? "" : " where " + where));
      return columns.size() - 1;
    }

    private int expression(String text) {
      if (!expressions.contains(text)) {
        expressions.add(text);
      }
      return expressions.indexOf(text);
    }

    LogColumns build() {
      return new LogColumns(schema, texts, meanings, expressions, columns);
    }
  }
}
