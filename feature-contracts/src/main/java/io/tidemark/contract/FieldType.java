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

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
