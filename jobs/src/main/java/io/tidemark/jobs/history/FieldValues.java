package io.tidemark.jobs.history;

import io.tidemark.contract.EventField;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowWriter;
import java.io.Serializable;

/**
 * The columns of a table that hold fields of an event, next to each other, by the contract's types.
 * Of a field that identifies a person the column is a text and holds the fixed mark.
 */
final class FieldValues implements Serializable {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final int firstColumn;
  private final int[] fields;

  /**
   * @param firstColumn of those in the table
   * @param fields their positions in the contract
   */
  FieldValues(EventSchema schema, int firstColumn, int[] fields) {
    this.schema = schema;
    this.firstColumn = firstColumn;
    this.fields = fields.clone();
  }

  static ColumnType type(EventField field) {
    if (field.pii() != null) {
      return ColumnType.STRING;
    }
    return switch (field.type()) {
      case INT -> ColumnType.INTEGER;
      case LONG -> ColumnType.LONG;
      case DOUBLE -> ColumnType.DOUBLE;
      case BOOLEAN -> ColumnType.BOOLEAN;
      case STRING -> ColumnType.STRING;
      case TIMESTAMP -> ColumnType.TIMESTAMP;
    };
  }

  void write(Event event, RowWriter row) {
    for (int i = 0; i < fields.length; i++) {
      int field = fields[i];
      if (!EventFields.isNull(schema, field, event)) {
        write(schema.fields().get(field), schema.slot(field), event, firstColumn + i, row);
      }
    }
  }

  private static void write(EventField field, int slot, Event event, int column, RowWriter row) {
    if (field.pii() != null) {
      row.setString(column, EventFields.MASK);
      return;
    }
    switch (field.type()) {
      case INT -> row.setInteger(column, Math.toIntExact(event.bits(slot)));
      case LONG -> row.setLong(column, event.bits(slot));
      case DOUBLE -> row.setDouble(column, event.doubleValue(slot));
      case BOOLEAN -> row.setBoolean(column, event.bits(slot) != 0);
      case STRING -> row.setString(column, String.valueOf(event.text(slot)));
      case TIMESTAMP -> row.setTimestamp(column, event.bits(slot));
    }
  }
}
