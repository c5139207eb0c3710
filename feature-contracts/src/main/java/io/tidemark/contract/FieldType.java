package io.tidemark.contract;

import java.util.Locale;

/** The type of a field of an event or of a feature, as the YAML spells it in lower case. */
public enum FieldType {
  INT,
  LONG,
  DOUBLE,
  BOOLEAN,
  STRING,
  /** ISO-8601 with an offset in JSON and CSV; milliseconds since the epoch in memory. */
  TIMESTAMP;

  public boolean isNumeric() {
    return this == INT || this == LONG || this == DOUBLE;
  }

  /** Whether a value that was stored as another type can be read as this one, without loss. */
  public boolean canRead(FieldType stored) {
    return this == stored || (stored.isWhole() && (isWhole() || this == DOUBLE));
  }

  private boolean isWhole() {
    return this == INT || this == LONG;
  }

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
