package io.tidemark.contract;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One aggregate over the events of a window that pass a filter.
 *
 * @param parameters as {@link AggregateKind#parameter} says; durations in milliseconds
 * @param of what of an event is aggregated; null for the event itself
 * @param where a CEL expression that gives true or false; an event that lacks a field it reads does
 *     not pass. Null for all events
 */
public record Aggregate(
    AggregateKind kind,
    List<Double> parameters,
    @Nullable ValueExpression of,
    @Nullable String where)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if the parameters are not those of the kind, or {@code of} is
   *     missing
   */
  public Aggregate {
    parameters = List.copyOf(parameters);
    kind.requireParameters(parameters);
    if (of == null && kind.needsColumn()) {
      throw new IllegalArgumentException(kind.yamlName() + " needs to know of what");
    }
  }

  /** An aggregate without parameters over all events. */
  public Aggregate(AggregateKind kind, @Nullable ValueExpression of) {
    this(kind, List.of(), of, null);
  }

  /** How many numbers the answer has. */
  public int width() {
    return kind.width(parameters);
  }
}
