package io.tidemark.jobs.history.delta;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The columns of a table's rows, in order, without {@link #DAY}, by which every table is
 * partitioned. Names differ by more than case.
 */
public record TableSchema(List<Column> columns) implements Serializable {
  /** The partition column: the UTC day of a row's event time. */
  public static final Column DAY = new Column("date", ColumnType.DATE);

  public TableSchema {
    columns = List.copyOf(columns);
    Set<String> names = new HashSet<>();
    names.add(DAY.name());
    for (Column column : columns) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("Two columns are named " + column.name());
      }
    }
  }

  public Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equalsIgnoreCase(name)).findFirst();
  }

  /**
   * These columns and behind them those of {@code rows} that are not among them.
   *
   * @param table for the message
   * @throws IncompatibleTableException if a column has another type in the rows than here
   */
  public TableSchema with(TableSchema rows, String table) throws IncompatibleTableException {
    List<Column> merged = new ArrayList<>(columns);
    List<String> changed = new ArrayList<>();
    for (Column column : rows.columns) {
      Optional<Column> known = column(column.name());
      if (known.isEmpty()) {
        merged.add(column);
      } else if (!known.get().equals(column)) {
        changed.add(
            "column "
                + known.get().name()
                + " is "
                + known.get().type()
                + " and the rows now have "
                + column.name()
                + " "
                + column.type());
      }
    }
    if (!changed.isEmpty()) {
      throw new IncompatibleTableException(
          "Delta table "
              + table
              + ": "
              + String.join("; ", changed)
              + ". A column's type never changes: write to a new table, or rename the field");
    }
    return new TableSchema(merged);
  }
}
