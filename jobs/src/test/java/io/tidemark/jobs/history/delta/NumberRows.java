package io.tidemark.jobs.history.delta;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Numbers as rows for tests; they fall on three days in turn, every seventh has no text. */
final class NumberRows implements RowFormat<Long> {
  private static final long serialVersionUID = 1L;
  private static final long START_MILLIS = Instant.parse("2018-03-31T23:59:59Z").toEpochMilli();

  static final TableSchema SCHEMA =
      new TableSchema(
          List.of(
              new Column("number", ColumnType.LONG),
              new Column("text", ColumnType.STRING),
              new Column("at", ColumnType.TIMESTAMP)));

  @Override
  public TableSchema schema() {
    return SCHEMA;
  }

  @Override
  public long timeMillis(Long number) {
    return START_MILLIS + Math.floorMod(number, 3) * Duration.ofDays(1).toMillis();
  }

  @Override
  public void write(Long number, RowWriter row) {
    row.setLong(0, number);
    if (number % 7 != 0) {
      row.setString(1, "number " + number);
    }
    row.setTimestamp(2, timeMillis(number));
  }
}
