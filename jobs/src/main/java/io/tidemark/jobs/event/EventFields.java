package io.tidemark.jobs.event;

import io.tidemark.contract.FieldType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads fields of an event by index, with the type its contract gives them. */
public final class EventFields {
  /** Stands in the place of a value that may identify a person. */
  public static final String MASK = "***";

  private EventFields() {}

  public static boolean isNull(EventSchema schema, int field, Event event) {
    int slot = schema.slot(field);
    return schema.isText(field) ? event.text(slot) == null : event.isNumberNull(slot);
  }

  /** The value as an object; a timestamp as {@link Instant}; null where the field is null. */
  public static @Nullable Object value(EventSchema schema, int field, Event event) {
    if (isNull(schema, field, event)) {
      return null;
    }
    int slot = schema.slot(field);
    FieldType type = schema.type(field);
    return switch (type) {
      case INT, LONG -> event.bits(slot);
      case DOUBLE -> event.doubleValue(slot);
      case BOOLEAN -> event.bits(slot) != 0;
      case STRING -> event.text(slot);
      case TIMESTAMP -> Instant.ofEpochMilli(event.bits(slot));
    };
  }

  /** The value as text, as keys and outputs spell it; null where the field is null. */
  public static @Nullable String text(EventSchema schema, int field, Event event) {
    if (schema.isText(field)) {
      return event.text(schema.slot(field));
    }
    Object value = value(schema, field, event);
    return value == null ? null : value.toString();
  }

  /**
   * The value of a numeric, boolean or timestamp field as a double (1 and 0; milliseconds); NaN
   * where the field is null.
   */
  public static double number(EventSchema schema, int field, Event event) {
    int slot = schema.slot(field);
    if (event.isNumberNull(slot)) {
      return Double.NaN;
    }
    return schema.type(field) == FieldType.DOUBLE ? event.doubleValue(slot) : event.bits(slot);
  }

  /**
   * The event with another value in an integer (rounded) or double field; no contract is asked
   * whether it may have it.
   *
   * @throws IllegalArgumentException if the field is of another type
   */
  public static Event withNumber(EventSchema schema, int field, Event event, double value) {
    long bits =
        switch (schema.type(field)) {
          case INT, LONG -> Math.round(value);
          case DOUBLE -> Double.doubleToRawLongBits(value);
          case BOOLEAN, STRING, TIMESTAMP ->
              throw new IllegalArgumentException(
                  "Field " + schema.fields().get(field).name() + " is no number");
        };
    int slot = schema.slot(field);
    long[] numbers = event.numbers().clone();
    long[] nullBits = event.nullBits().clone();
    numbers[slot] = bits;
    nullBits[slot >>> 6] &= ~(1L << slot);
    return new Event(
        event.timeMillis(), event.ingestedAtMillis(), numbers, nullBits, event.texts());
  }

  /** The id as 64 bits: a number itself, of a text a digest. Equal ids have equal bits. */
  public static long idBits(EventSchema schema, Event event) {
    int slot = schema.slot(schema.idField());
    if (!schema.isText(schema.idField())) {
      return event.bits(slot);
    }
    // FNV-1a over the characters: two ids of one key within the horizon that collide are once in
    // 2^64 pairs.
    long hash = 0xcbf29ce484222325L;
    String text = String.valueOf(event.text(slot));
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
