package io.tidemark.cli.topic;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change to a numeric field of every event, such as {@code amount*1.5}, {@code amount+10} or
 * {@code amount-10}. Whole numbers are rounded; a missing value remains missing. What comes out
 * need not fit the contract: what a job does with such an event is its own affair.
 */
public final class Shift {
  private static final Pattern SYNTAX =
      Pattern.compile("([a-z][a-z0-9_]*)([*+-])([0-9]+(?:[.][0-9]+)?)");

  private static final Set<FieldType> NUMERIC =
      Set.of(FieldType.INT, FieldType.LONG, FieldType.DOUBLE);

  private final EventSchema schema;
  private final int field;
  private final boolean factor;
  private final double operand;

  private Shift(EventSchema schema, int field, boolean factor, double operand) {
    this.schema = schema;
    this.field = field;
    this.factor = factor;
    this.operand = operand;
  }

  /**
   * @throws IllegalArgumentException if the text is no shift of a numeric field of these events
   */
  public static Shift parse(String text, EventSchema schema) {
    Matcher parts = SYNTAX.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not FIELD*NUMBER, FIELD+NUMBER or FIELD-NUMBER, such as amount*1.5");
    }
    List<String> numeric =
        schema.fields().stream()
            .filter(field -> NUMERIC.contains(field.type()))
            .map(EventField::name)
            .toList();
    String name = parts.group(1);
    if (!numeric.contains(name)) {
      throw new IllegalArgumentException(
          "event "
              + schema.contract().metadata().name()
              + " has no numeric field "
              + name
              + ", only "
              + numeric);
    }
    if (name.equals(schema.contract().id())) {
      throw new IllegalArgumentException(
          name + " is the id of event " + schema.contract().metadata().name() + ". Shift another");
    }
    double operand = Double.parseDouble(parts.group(3));
    String operator = parts.group(2);
    return new Shift(
        schema,
        schema.fieldIndex(name),
        operator.equals("*"),
        operator.equals("-") ? -operand : operand);
  }

  Event apply(Event event) {
    if (EventFields.isNull(schema, field, event)) {
      return event;
    }
    double value = EventFields.number(schema, field, event);
    return EventFields.withNumber(schema, field, event, factor ? value * operand : value + operand);
  }
}
