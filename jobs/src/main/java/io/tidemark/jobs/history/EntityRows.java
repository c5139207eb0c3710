package io.tidemark.jobs.history;

import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowFormat;
import io.tidemark.jobs.history.delta.RowWriter;
import io.tidemark.jobs.history.delta.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The features of one contract as rows, one for each event that has the entity: {@code event_id},
 * {@code event_time}, {@code ingested_at}, {@code late}, {@code statuses}, {@code
 * contract_version}, then the fields of the entity and the features by their names. A value that
 * there is none of is null.
 *
 * <p>Fields of the entity that identify a person hold the fixed mark; such rows find their entity
 * by their event.
 */
public final class EntityRows implements RowFormat<FeatureVector> {
  private static final long serialVersionUID = 1L;

  private static final Column CONTRACT_VERSION = new Column("contract_version", ColumnType.STRING);
  private static final int VERSION_COLUMN = VectorHead.COLUMNS.size();
  private static final int FIRST_FIELD = VERSION_COLUMN + 1;

  private final VectorHead head;
  private final String version;
  private final FieldValues entity;
  private final FeatureValues features;
  private final TableSchema table;

  /**
   * @param columns of the vectors; every feature of the contract is one
   */
  public EntityRows(EventSchema schema, FeatureContract contract, VectorColumns columns) {
    String contractName = contract.metadata().name();
    int[] fields = contract.entity().stream().mapToInt(schema::fieldIndex).toArray();
    int[] vectorColumns =
        contract.features().stream()
            .flatMap(feature -> feature.columns().stream())
            .map(column -> new FeatureRef(contractName, column))
            .mapToInt(feature -> columns.positions(feature)[0])
            .toArray();
    this.head =
        new VectorHead(
            schema,
            contract.features().stream().flatMap(feature -> feature.columns().stream()).toList(),
            vectorColumns);
    this.version = contract.metadata().version().toString();
    this.table = table(schema, contract, fields);
    this.entity = new FieldValues(schema, FIRST_FIELD, fields);
    this.features = new FeatureValues(table, FIRST_FIELD + fields.length, vectorColumns);
  }

  private static TableSchema table(EventSchema schema, FeatureContract contract, int[] fields) {
    List<Column> columns = new ArrayList<>(VectorHead.COLUMNS);
    columns.add(CONTRACT_VERSION);
    ColumnNames names =
        new ColumnNames(
            Stream.concat(Stream.of(TableSchema.DAY), columns.stream())
                .map(Column::name)
                .toArray(String[]::new));
    for (int field : fields) {
      columns.add(
          new Column(
              names.of(schema.fields().get(field).name()),
              FieldValues.type(schema.fields().get(field))));
    }
    for (Feature feature : contract.features()) {
      for (String column : feature.columns()) {
        columns.add(new Column(names.of(column), FeatureValues.type(feature.type())));
      }
    }
    return new TableSchema(columns);
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
    row.setWord(VERSION_COLUMN, version);
    entity.write(vector.trigger(), row);
    features.write(vector, row);
  }
}
