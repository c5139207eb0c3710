package io.tidemark.jobs.event;

import io.tidemark.contract.EventField;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.FieldType;
import java.math.BigInteger;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fills the lanes of one event after another, checking each value against its field's contract.
 * Used by one thread.
 */
final class EventBuilder {
  /** An id is also a record's key, and stands in the record beside it. */
  static final int MAX_ID_CHARACTERS = 1_000;

  /** ISO 8601 has years of four digits; what tables keep of a time ends not far behind them. */
  private static final long LEAST_MILLIS = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();

  private static final long GREATEST_MILLIS =
      Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private final EventSchema schema;
  private final EventField[] fields;
  private final long minTimeMillis;
  private final long maxAheadMillis;
  private final Clock clock;

  private long[] numbers = new long[0];
  private long[] nullBits = new long[0];
  private @Nullable String[] texts = new String[0];
  private final boolean[] seen;

  /** Bounds of whole numbers as such: beyond 2^53 doubles cannot tell them apart. */
  private final long[] leastIntegers;

  private final long[] greatestIntegers;

  EventBuilder(EventSchema schema, Clock clock) {
    this.schema = schema;
    this.fields = schema.fields().toArray(EventField[]::new);
    this.seen = new boolean[fields.length];
    this.clock = clock;
    this.leastIntegers = new long[fields.length];
    this.greatestIntegers = new long[fields.length];
    for (int field = 0; field < fields.length; field++) {
      Double min = fields[field].min();
      Double max = fields[field].max();
      leastIntegers[field] = min == null ? Long.MIN_VALUE : (long) Math.ceil(min);
      greatestIntegers[field] = max == null ? Long.MAX_VALUE : (long) Math.floor(max);
    }
    EventTime time = schema.contract().time();
    this.minTimeMillis = time.min().toEpochMilli();
    this.maxAheadMillis = time.maxAhead().toMillis();
  }

  void begin() {
    numbers = new long[schema.numberCount()];
    nullBits = new long[Event.nullWords(numbers.length)];
    texts = new String[schema.textCount()];
    Arrays.fill(seen, false);
  }

  FieldType type(int field) {
    return fields[field].type();
  }

  String name(int field) {
    return fields[field].name();
  }

  /** Marks the field as present in the input, whatever its value. */
  void claim(int field) throws RejectedException {
    if (seen[field]) {
      throw new RejectedException(
          RejectionReason.DUPLICATE_FIELD, "Field " + name(field) + " stands twice");
    }
    seen[field] = true;
  }

  void setNull(int field) throws RejectedException {
    if (!fields[field].optional()) {
      throw new RejectedException(
          RejectionReason.MISSING_FIELD, "Required field " + name(field) + " has no value");
    }
    int slot = schema.slot(field);
    if (!schema.isText(field)) {
      nullBits[slot >>> 6] |= 1L << slot;
    }
  }

  void setText(int field, String value) throws RejectedException {
    if (value.isEmpty() && field == schema.idField()) {
      throw new RejectedException(
          RejectionReason.MISSING_FIELD, "The id field " + name(field) + " is empty");
    }
    if (value.length() > MAX_ID_CHARACTERS && field == schema.idField()) {
      throw new RejectedException(
          RejectionReason.TOO_LARGE,
          "The id field "
              + name(field)
              + " has "
              + value.length()
              + " characters; an id has at most "
              + MAX_ID_CHARACTERS);
    }
    if (hasHalfOfPair(value)) {
      throw new RejectedException(
          RejectionReason.MALFORMED,
          "Field " + name(field) + " holds half of a surrogate pair, which is no character");
    }
    texts[schema.slot(field)] = value;
  }

  void setBoolean(int field, boolean value) {
    numbers[schema.slot(field)] = value ? 1 : 0;
  }

  void setInteger(int field, BigInteger value) throws RejectedException {
    if (value.bitLength() > 63) {
      throw outOfRange(field, value.toString(), "does not fit 64 bits");
    }
    setInteger(field, value.longValue());
  }

  void setInteger(int field, long value) throws RejectedException {
    if (type(field) == FieldType.INT && value != (int) value) {
      throw outOfRange(field, Long.toString(value), "does not fit 32 bits");
    }
    if (value < leastIntegers[field]) {
      throw outOfRange(field, Long.toString(value), "is below " + fields[field].min());
    }
    if (value > greatestIntegers[field]) {
      throw outOfRange(field, Long.toString(value), "is above " + fields[field].max());
    }
    numbers[schema.slot(field)] = value;
  }

  void setDouble(int field, double value) throws RejectedException {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new RejectedException(
          RejectionReason.NOT_FINITE, "Field " + name(field) + " is " + value);
    }
    Double min = fields[field].min();
    Double max = fields[field].max();
    if (min != null && value < min) {
      throw outOfRange(field, Double.toString(value), "is below " + min);
    }
    if (max != null && value > max) {
      throw outOfRange(field, Double.toString(value), "is above " + max);
    }
    numbers[schema.slot(field)] = Double.doubleToRawLongBits(value);
  }

  void setTimestamp(int field, String value) throws RejectedException {
    long millis;
    try {
      millis = parseMillis(value);
    } catch (DateTimeException | ArithmeticException e) {
      throw wrongType(field, value);
    }
    if (millis < LEAST_MILLIS || millis > GREATEST_MILLIS) {
      throw wrongType(field, value);
    }
    numbers[schema.slot(field)] = millis;
  }

  /**
   * @param value as it stood in the input
   */
  RejectedException wrongType(int field, String value) {
    String expected =
        switch (type(field)) {
          case INT, LONG -> "an integer";
          case DOUBLE -> "a number";
          case BOOLEAN -> "true or false";
          case STRING -> "text";
          case TIMESTAMP -> "an ISO-8601 time with an offset, such as 2018-04-01T00:00:31Z";
        };
    return new RejectedException(
        RejectionReason.WRONG_TYPE,
        "Field "
            + name(field)
            + " must be "
            + expected
            + ", found "
            + DeadLetters.shown(fields[field], value));
  }

  /**
   * @param ingestedAtMillis when the broker took it, 0 where unknown
   */
  Event build(long ingestedAtMillis) throws RejectedException {
    for (int field = 0; field < fields.length; field++) {
      if (!seen[field]) {
        setNull(field);
      }
    }
    long timeMillis = numbers[schema.slot(schema.timeField())];
    if (timeMillis < minTimeMillis) {
      throw new RejectedException(
          RejectionReason.TIME_TOO_EARLY,
          "Event time "
              + shownTime(timeMillis)
              + " is before "
              + Instant.ofEpochMilli(minTimeMillis));
    }
    long latestMillis = clock.millis() + maxAheadMillis;
    if (timeMillis > latestMillis) {
      throw new RejectedException(
          RejectionReason.TIME_TOO_FAR_AHEAD,
          "Event time "
              + shownTime(timeMillis)
              + " is after "
              + Instant.ofEpochMilli(latestMillis)
              + ", the clock plus what the contract allows");
    }
    return new Event(timeMillis, ingestedAtMillis, numbers, nullBits, texts);
  }

  RejectedException outOfRange(int field, String value, String why) {
    return new RejectedException(
        RejectionReason.OUT_OF_RANGE,
        "Field " + name(field) + " " + why + ", found " + DeadLetters.shown(fields[field], value));
  }

  private String shownTime(long timeMillis) {
    return DeadLetters.shown(
        fields[schema.timeField()], Instant.ofEpochMilli(timeMillis).toString());
  }

  private static boolean hasHalfOfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** Milliseconds since the epoch of an ISO-8601 time; the common form without a detour. */
  static long parseMillis(String text) {
    if (text.length() == 20 && text.charAt(19) == 'Z' && text.charAt(10) == 'T') {
      int year = digits(text, 0, 4, '-');
      int month = digits(text, 5, 2, '-');
      int day = digits(text, 8, 2, 'T');
      int hour = digits(text, 11, 2, ':');
      int minute = digits(text, 14, 2, ':');
      int second = digits(text, 17, 2, 'Z');
      if ((year | month | day | hour | minute | second) >= 0
          && hour < 24
          && minute < 60
          && second < 60) {
        long epochDay = LocalDate.of(year, month, day).toEpochDay();
        return ((epochDay * 24 + hour) * 60 + minute) * 60_000L + second * 1_000L;
      }
    }
    return OffsetDateTime.parse(text).toInstant().toEpochMilli();
  }

  /** The number in {@code count} digits that {@code end} follows, or -1. */
  private static int digits(String text, int from, int count, char end) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return text.charAt(from + count) == end ? value : -1;
  }
}
