package io.tidemark.jobs.history;

import io.tidemark.contract.EventField;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowFormat;
import io.tidemark.jobs.history.delta.RowWriter;
import io.tidemark.jobs.history.delta.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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

  private final FieldValues values;
  private final int idColumn;
  private final TableSchema table;

  public EventRows(EventSchema schema) {
    this.idColumn = FIRST_FIELD + schema.idField();
    this.values =
        new FieldValues(schema, FIRST_FIELD, IntStream.range(0, schema.fields().size()).toArray());
    ColumnNames names =
        new ColumnNames(TableSchema.DAY.name(), EVENT_TIME.name(), INGESTED_AT.name());
    List<Column> columns = new ArrayList<>(List.of(EVENT_TIME, INGESTED_AT));
    for (EventField field : schema.fields()) {
      columns.add(new Column(names.of(field.name()), FieldValues.type(field)));
    }
    this.table = new TableSchema(columns);
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
    return column != idColumn && RowFormat.super.repeats(column);
  }

  @Override
  public void write(FeatureVector vector, RowWriter row) {
    Event event = vector.trigger();
    row.setTimestamp(0, event.timeMillis());
    if (event.ingestedAtMillis() != 0) {
      row.setTimestamp(1, event.ingestedAtMillis());
    }
    values.write(event, row);
  }
}
