package io.tidemark.jobs.history;

import io.tidemark.contract.FieldType;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowWriter;
import io.tidemark.jobs.history.delta.TableSchema;
import java.io.Serializable;

/**
 * The columns of a table that hold features, next to each other. A value that there is none of is
 * null. Counts and other integers are LONG.
 */
final class FeatureValues implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int firstColumn;
  private final int[] vectorColumns;
  private final ColumnType[] types;

  /**
   * @param firstColumn of those in the table
   * @param vectorColumns where in the vector each of them stands
   */
  FeatureValues(TableSchema table, int firstColumn, int[] vectorColumns) {
    this.firstColumn = firstColumn;
    this.vectorColumns = vectorColumns.clone();
    this.types =
        table.columns().subList(firstColumn, firstColumn + vectorColumns.length).stream()
            .map(Column::type)
            .toArray(ColumnType[]::new);
  }

  static ColumnType type(FieldType type) {
    return switch (type) {
      case INT, LONG -> ColumnType.LONG;
      case DOUBLE, STRING -> ColumnType.DOUBLE;
      case BOOLEAN -> ColumnType.BOOLEAN;
      case TIMESTAMP -> ColumnType.TIMESTAMP;
    };
  }

  void write(FeatureVector vector, RowWriter row) {
    for (int i = 0; i < vectorColumns.length; i++) {
      double value = vector.value(vectorColumns[i]);
      if (!Double.isNaN(value)) {
        write(types[i], firstColumn + i, value, row);
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
