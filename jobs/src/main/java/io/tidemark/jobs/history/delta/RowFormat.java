package io.tidemark.jobs.history.delta;

import java.io.Serializable;

/** How records become rows of a table. */
public interface RowFormat<T> extends Serializable {
  TableSchema schema();

  /** The row's event time in milliseconds since the epoch: its UTC day is its partition. */
  long timeMillis(T record);

  /**
   * Whether a column's values often stand in other rows too, so that a file holds each once and
   * rows refer to it. Of others the search for one that was there before is most of what writing
   * costs, and in vain. Measurements and times seldom repeat.
   *
   * @param column position in the schema
   */
  default boolean repeats(int column) {
    ColumnType type = schema().columns().get(column).type();
    return type != ColumnType.DOUBLE && type != ColumnType.TIMESTAMP;
  }

  /** Sets the row's values, columns in ascending order; those not set are null. */
  void write(T record, RowWriter row);
}
