package io.tidemark.jobs.history.delta;

/** The type of a column, as Delta Lake and Parquet both know it. The code is what is persisted. */
public enum ColumnType {
  BOOLEAN(1),
  INTEGER(2),
  LONG(3),
  DOUBLE(4),
  STRING(5),
  /** An instant; rows give milliseconds since the epoch, files hold microseconds in UTC. */
  TIMESTAMP(6),
  /** Texts by text. */
  STRING_MAP(7),
  /** A calendar day; only of the column that tables are partitioned by, which no file holds. */
  DATE(8);

  private static final ColumnType[] VALUES = values();

  private final byte code;

  ColumnType(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException for a code that no released version has written
   */
  public static ColumnType ofCode(byte code) {
    for (ColumnType type : VALUES) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("Unknown column type code " + code);
  }
}
