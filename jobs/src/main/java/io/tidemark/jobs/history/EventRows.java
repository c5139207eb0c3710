package io.tidemark.jobs.history;

import io.tidemark.contract.EventField;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowFormat;
import io.tidemark.jobs.history.delta.RowWriter;
import io.tidemark.jobs.history.delta.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Events as rows: {@code event_time}, {@code ingested_at} (when the topic took it, null from a
 * file), then the contract's fields by their names and types. Of a field that identifies a person
 * the column is a text and holds the fixed mark.
 */
public final class EventRows implements RowFormat<FeatureVector> {
  private static final long serialVersionUID = 1L;

  private static final Column EVENT_TIME = new Column("event_time", ColumnType.TIMESTAMP);
  private static final Column INGESTED_AT = new Column("ingested_at", ColumnType.TIMESTAMP);
  private static final int FIRST_FIELD = 2;

  private final EventSchema schema;
  private final TableSchema table;

  public EventRows(EventSchema schema) {
    this.schema = schema;
    ColumnNames names =
        new ColumnNames(TableSchema.DAY.name(), EVENT_TIME.name(), INGESTED_AT.name());
    List<Column> columns = new ArrayList<>(List.of(EVENT_TIME, INGESTED_AT));
    for (EventField field : schema.fields()) {
      columns.add(new Column(names.of(field.name()), type(field)));
    }
    this.table = new TableSchema(columns);
  }

  private static ColumnType type(EventField field) {
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

  @Override
  public TableSchema schema() {
    return table;
  }

  @Override
  public long timeMillis(FeatureVector vector) {
    return vector.trigger().timeMillis();
  }

  @Override
  public boolean repeats(int column) {
    return column != FIRST_FIELD + schema.idField() && RowFormat.super.repeats(column);
  }

  @Override
  public void write(FeatureVector vector, RowWriter row) {
    Event event = vector.trigger();
    row.setTimestamp(0, event.timeMillis());
    if (event.ingestedAtMillis() != 0) {
      row.setTimestamp(1, event.ingestedAtMillis());
    }
    List<EventField> fields = schema.fields();
    for (int i = 0; i < fields.size(); i++) {
      if (!EventFields.isNull(schema, i, event)) {
        write(fields.get(i), schema.slot(i), event, FIRST_FIELD + i, row);
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
