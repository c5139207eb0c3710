package io.tidemark.jobs.history;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowFormat;
import io.tidemark.jobs.history.delta.RowWriter;
import io.tidemark.jobs.history.delta.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Feature vectors as rows: {@code event_id}, {@code event_time}, {@code ingested_at}, {@code late},
 * {@code statuses}, then one column per feature of the model, named {@code contract__feature} or,
 * for a field of the trigger, {@code field}. A value that there is none of is null. Counts and
 * other integers are LONG. A field that identifies a person has no column.
 */
public final class FeatureRows implements RowFormat<FeatureVector> {
  private static final long serialVersionUID = 1L;

  private final VectorHead head;
  private final TableSchema table;

  /** Column of the vector by column of the table behind the head. */
  private final int[] vectorColumns;

  /**
   * @param types of the model's features, in tensor order
   */
  public FeatureRows(EventSchema schema, ModelContract model, List<FieldType> types) {
    this.head = new VectorHead(schema, model);
    List<Column> columns = new ArrayList<>(VectorHead.COLUMNS);
    List<FeatureRef> features = model.features();
    ColumnNames names =
        new ColumnNames(
            Stream.concat(Stream.of(TableSchema.DAY), columns.stream())
                .map(Column::name)
                .toArray(String[]::new));
    Map<FeatureRef, Integer> kept = new LinkedHashMap<>();
    for (int i = 0; i < features.size(); i++) {
      FeatureRef feature = features.get(i);
      if (!isPersonal(feature, schema) && kept.putIfAbsent(feature, i) == null) {
        columns.add(new Column(names.of(feature.toString()), type(types.get(i))));
      }
    }
    this.table = new TableSchema(columns);
    this.vectorColumns = kept.values().stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean isPersonal(FeatureRef feature, EventSchema schema) {
    return feature.contract() == null
        && schema.contract().field(feature.name()).filter(field -> field.pii() != null).isPresent();
  }

  private static ColumnType type(FieldType type) {
    return switch (type) {
      case INT, LONG -> ColumnType.LONG;
      case DOUBLE, STRING -> ColumnType.DOUBLE;
      case BOOLEAN -> ColumnType.BOOLEAN;
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
    return column != VectorHead.EVENT_ID && RowFormat.super.repeats(column);
  }

  @Override
  public void write(FeatureVector vector, RowWriter row) {
    head.write(vector, row);
    for (int i = 0; i < vectorColumns.length; i++) {
      double value = vector.value(vectorColumns[i]);
      if (!Double.isNaN(value)) {
        int column = VectorHead.COLUMNS.size() + i;
        write(table.columns().get(column).type(), column, value, row);
      }
    }
  }

  private static void write(ColumnType type, int column, double value, RowWriter row) {
    switch (type) {
      case LONG -> row.setLong(column, (long) value);
      case DOUBLE -> row.setDouble(column, value);
      case BOOLEAN -> row.setBoolean(column, value != 0);
      case TIMESTAMP -> row.setTimestamp(column, (long) value);
      case INTEGER, STRING, STRING_MAP, DATE ->
          throw new IllegalStateException("No feature is kept as " + type);
    }
  }
}
