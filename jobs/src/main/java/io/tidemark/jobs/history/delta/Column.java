package io.tidemark.jobs.history.delta;

import java.io.Serializable;
import java.util.regex.Pattern;

/** One column of a table; every column may be null. */
public record Column(String name, ColumnType type) implements Serializable {
  /** What Delta Lake forbids in a name without column mapping, and the dot, which needs quotes. */
  private static final Pattern ILLEGAL = Pattern.compile("[ ,;{}()\\n\\t=.]");

  public Column {
    if (name.isEmpty() || ILLEGAL.matcher(name).find()) {
      throw new IllegalArgumentException("Not a name of a column: '" + name + "'");
    }
  }
}
