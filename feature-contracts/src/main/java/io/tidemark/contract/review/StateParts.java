package io.tidemark.contract.review;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ValueExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What state of a feature is made of, in one spelling: features whose parts are spelled alike share
 * them, whatever they are called, and a savepoint that holds them restores them. The spelling is
 * written into savepoints: a release that changes it must read the old one.
 */
public final class StateParts {
  private static final String OVER = " over ";

  private StateParts() {}

  /** The parts of a feature: of each of its aggregates, or of the ratio's two, over its window. */
  public static List<String> of(EventContract event, Windowed windowed) {
    String over = OVER + Meaning.of(windowed.window());
    return windowed.aggregates().stream()
        .map(aggregate -> part(event, aggregate) + over)
        .distinct()
        .toList();
  }

  /** Whether a part is of a window that hops, so that tiles can stand for its events. */
  public static boolean isHopping(String part) {
    return part.indexOf(Meaning.IN_HOPS, part.lastIndexOf(OVER)) >= 0;
  }

  /** Columns of the log that a feature reads, none for the count of all events. */
  public static List<String> columns(EventContract event, Windowed windowed) {
    return windowed.aggregates().stream()
        .filter(aggregate -> !isOfEvents(aggregate))
        .map(aggregate -> column(event, aggregate))
        .distinct()
        .toList();
  }

  /**
   * A column: the value that an aggregate is over, its filter, and what tells whether the same
   * words mean the same numbers: that a field is text, and the types of the fields that expressions
   * read.
   */
  public static String column(EventContract event, Aggregate aggregate) {
    StringBuilder text = new StringBuilder();
    List<String> expressions = new ArrayList<>();
    ValueExpression of = aggregate.of();
    if (of == null) {
      text.append("events");
    } else {
      text.append(Meaning.expression(of.text()));
      if (of instanceof ValueExpression.Computed computed) {
        expressions.add(computed.text());
      } else if (type(event, of.text()) == FieldType.STRING) {
        text.append(" as text");
      }
    }
    if (aggregate.where() != null) {
      text.append(" where ").append(Meaning.expression(aggregate.where()));
      expressions.add(aggregate.where());
    }
    TreeMap<String, FieldType> reads = new TreeMap<>();
    for (EventField field : event.fields()) {
      if (expressions.stream().anyMatch(one -> Reading.names(one, field.name()))) {
        reads.put(field.name(), family(field.type()));
      }
    }
    return reads.isEmpty() ? text.toString() : text + " reading " + reads;
  }

  private static String part(EventContract event, Aggregate aggregate) {
    AggregateKind kind = aggregate.kind();
    String column = isOfEvents(aggregate) ? "events" : column(event, aggregate);
    return switch (kind) {
      // The three are read off one running sum of the column.
      case COUNT, SUM, AVG -> (isOfEvents(aggregate) ? "count of " : "sum of ") + column;
      default -> {
        String parameters = Meaning.parameters(aggregate);
        yield kind.yamlName()
            + (parameters.isEmpty() ? "" : "(" + parameters + ")")
            + " of "
            + column;
      }
    };
  }

  private static boolean isOfEvents(Aggregate aggregate) {
    return aggregate.of() == null && aggregate.where() == null;
  }

  private static @Nullable FieldType type(EventContract event, String field) {
    return event.field(field).map(EventField::type).orElse(null);
  }

  /** Types of one family have the same values in an expression. */
  private static FieldType family(FieldType type) {
    return type == FieldType.INT ? FieldType.LONG : type;
  }
}
