package io.tidemark.jobs.history;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.delta.Column;
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
  private final FeatureValues values;
  private final TableSchema table;

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
        columns.add(new Column(names.of(feature.toString()), FeatureValues.type(types.get(i))));
      }
    }
    this.table = new TableSchema(columns);
    this.values =
        new FeatureValues(
            table,
            VectorHead.COLUMNS.size(),
            kept.values().stream().mapToInt(Integer::intValue).toArray());
  }

  private static boolean isPersonal(FeatureRef feature, EventSchema schema) {
    return feature.contract() == null
        && schema.contract().field(feature.name()).filter(field -> field.pii() != null).isPresent();
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
    values.write(vector, row);
  }
}
