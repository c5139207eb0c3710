package io.tidemark.jobs.sink;

import org.jspecify.annotations.Nullable;

/** Text as a CSV value (RFC 4180). */
final class CsvText {
  private CsvText() {}

  static void append(@Nullable String value, StringBuilder line) {
    if (value == null) {
      return;
    }
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    if (plain) {
      line.append(value);
    } else {
      line.append('"').append(value.replace("\"", "\"\"")).append('"');
    }
  }
}
