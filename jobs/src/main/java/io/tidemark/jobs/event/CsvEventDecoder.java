package io.tidemark.jobs.event;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes rows of a CSV file whose first line names the columns. Columns that the contract does not
 * name are skipped; an empty value is a missing one. Used by one thread.
 */
final class CsvEventDecoder {
  private static final int SKIPPED = -1;

  /** What the reader puts in the place of bytes that are not UTF-8. */
  private static final char NOT_UTF8 = '\uFFFD';

  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  private final EventBuilder builder;
  private final DeadLetters deadLetters;
  private final List<String> header;
  private final int[] fieldOfColumn;

  /**
   * @param header names of the columns
   * @throws IllegalArgumentException if a required field has no column, or a name stands twice
   */
  CsvEventDecoder(EventSchema schema, Clock clock, List<String> header) {
    this.builder = new EventBuilder(schema, clock);
    this.deadLetters = new DeadLetters(schema.contract());
    Map<String, Integer> fieldIndex = new HashMap<>();
    for (EventField field : schema.fields()) {
      fieldIndex.put(field.name(), fieldIndex.size());
    }
    this.header = List.copyOf(header);
    this.fieldOfColumn = new int[header.size()];
    for (int column = 0; column < fieldOfColumn.length; column++) {
      fieldOfColumn[column] = fieldIndex.getOrDefault(header.get(column), SKIPPED);
    }
    List<String> missing = new ArrayList<>();
    for (EventField field : schema.fields()) {
      long columns = header.stream().filter(field.name()::equals).count();
      if (columns > 1) {
        throw new IllegalArgumentException("The header names column " + field.name() + " twice");
      }
      if (columns == 0 && !field.optional()) {
        missing.add(field.name());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The header "
              + header
              + " lacks the columns "
              + missing
              + ", which event contract "
              + schema.contract().metadata().name()
              + " requires");
    }
  }

  Ingested decode(List<String> row, Origin origin) {
    try {
      return Ingested.accepted(event(row, origin.timestampMillis()));
    } catch (RejectedException e) {
      return Ingested.rejected(deadLetters.row(e.reason(), e.detail(), header, row, origin));
    }
  }

  private Event event(List<String> row, long ingestedAtMillis) throws RejectedException {
    if (row.size() != fieldOfColumn.length) {
      throw new RejectedException(
          RejectionReason.MALFORMED,
          "The row has " + row.size() + " columns, the header " + fieldOfColumn.length);
    }
    builder.begin();
    for (int column = 0; column < fieldOfColumn.length; column++) {
      int field = fieldOfColumn[column];
      if (field != SKIPPED) {
        builder.claim(field);
        read(row.get(column), field);
      }
    }
    return builder.build(ingestedAtMillis);
  }

  private void read(String value, int field) throws RejectedException {
    if (value.isEmpty()) {
      builder.setNull(field);
      return;
    }
    if (value.indexOf(NOT_UTF8) >= 0) {
      throw new RejectedException(
          RejectionReason.MALFORMED, "Field " + builder.name(field) + " is not UTF-8 text");
    }
    FieldType type = builder.type(field);
    switch (type) {
      case INT, LONG -> builder.setInteger(field, integer(field, value));
      case DOUBLE -> builder.setDouble(field, number(field, value));
      case BOOLEAN -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw builder.wrongType(field, value);
        }
        builder.setBoolean(field, value.equals("true"));
      }
      case STRING -> builder.setText(field, value);
      case TIMESTAMP -> builder.setTimestamp(field, value);
    }
  }

  private long integer(int field, String value) throws RejectedException {
    boolean negative = value.charAt(0) == '-';
    int digits = negative ? value.length() - 1 : value.length();
    for (int i = negative ? 1 : 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        throw builder.wrongType(field, value);
      }
    }
    if (digits == 0) {
      throw builder.wrongType(field, value);
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw builder.outOfRange(field, value, "does not fit 64 bits");
    }
  }

  /** Java also reads white space, hexadecimal and a type's letter, which no other language does. */
  private double number(int field, String value) throws RejectedException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean usual = (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0;
      if (!usual && !NOT_FINITE.contains(value)) {
        throw builder.wrongType(field, value);
      }
    }
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw builder.wrongType(field, value);
    }
  }
}
