package io.tidemark.jobs.history.delta;

import java.io.Serializable;

/** How records become rows of a table. */
public interface RowFormat<T> extends Serializable {
  TableSchema schema();

  /** The row's event time in milliseconds since the epoch: its UTC day is its partition. */
  long timeMillis(T record);

  /** Sets the row's values, columns in ascending order; those not set are null. */
  void write(T record, RowWriter row);
}
