package io.tidemark.jobs.history;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowWriter;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The columns that tables of features and of scores begin with: {@code event_id} as text, {@code
 * event_time}, {@code ingested_at}, {@code late}, {@code statuses} (of the features that are not
 * {@code OK}, by their names in the contract).
 */
final class VectorHead implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int EVENT_ID = 0;

  static final List<Column> COLUMNS =
      List.of(
          new Column("event_id", ColumnType.STRING),
          new Column("event_time", ColumnType.TIMESTAMP),
          new Column("ingested_at", ColumnType.TIMESTAMP),
          new Column("late", ColumnType.BOOLEAN),
          new Column("statuses", ColumnType.STRING_MAP));

  private final EventSchema schema;
  private final List<String> features;
  private final int[] vectorColumns;
  private final boolean maskedId;

  /** For all columns of a model's vectors. */
  VectorHead(EventSchema schema, ModelContract model) {
    this(
        schema,
        model.features().stream().map(FeatureRef::toString).toList(),
        IntStream.range(0, model.features().size()).toArray());
  }

  /**
   * @param features names of those whose statuses are kept
   * @param vectorColumns where in the vector each of them stands
   */
  VectorHead(EventSchema schema, List<String> features, int[] vectorColumns) {
    this.schema = schema;
    this.features = List.copyOf(features);
    this.vectorColumns = vectorColumns.clone();
    EventField id = schema.fields().get(schema.idField());
    this.maskedId = id.pii() != null;
  }

  void write(FeatureVector vector, RowWriter row) {
    Event trigger = vector.trigger();
    row.setString(
        EVENT_ID,
        maskedId
            ? EventFields.MASK
            : String.valueOf(EventFields.text(schema, schema.idField(), trigger)));
    row.setTimestamp(1, trigger.timeMillis());
    if (trigger.ingestedAtMillis() != 0) {
      row.setTimestamp(2, trigger.ingestedAtMillis());
    }
    row.setBoolean(3, vector.isLate());
    row.setStringMap(4, statuses(vector));
  }

  private Map<String, String> statuses(FeatureVector vector) {
    Map<String, String> statuses = Map.of();
    for (int i = 0; i < vectorColumns.length; i++) {
      FeatureStatus status = vector.status(vectorColumns[i]);
      if (status != FeatureStatus.OK) {
        if (statuses.isEmpty()) {
          statuses = new LinkedHashMap<>();
        }
        statuses.put(features.get(i), status.name());
      }
    }
    return statuses;
  }

  static FeatureStatus worst(FeatureVector vector) {
    FeatureStatus worst = FeatureStatus.OK;
    for (int column = 0; column < vector.columns(); column++) {
      FeatureStatus status = vector.status(column);
      worst = status.code() > worst.code() ? status : worst;
    }
    return worst;
  }
}
