package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes rows of a CSV file whose first line names the columns. Columns that the contract does not
 * name are skipped; an empty value is a missing one. Used by one thread.
 */
final class CsvEventDecoder {
  private static final int SKIPPED = -1;

  private final EventBuilder builder;
  private final DeadLetters deadLetters;
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
      byte[] line = String.join(",", row).getBytes(UTF_8);
      return Ingested.rejected(deadLetters.rejected(e.reason(), e.detail(), line, origin));
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
    FieldType type = builder.type(field);
    try {
      switch (type) {
        case INT, LONG -> builder.setInteger(field, Long.parseLong(value));
        case DOUBLE -> builder.setDouble(field, Double.parseDouble(value));
        case BOOLEAN -> {
          if (!value.equals("true") && !value.equals("false")) {
            throw builder.wrongType(field, value);
          }
          builder.setBoolean(field, value.equals("true"));
        }
        case STRING -> builder.setText(field, value);
        case TIMESTAMP -> builder.setTimestamp(field, value);
      }
    } catch (NumberFormatException e) {
      throw builder.wrongType(field, value);
    }
  }
}
