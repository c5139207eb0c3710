package io.tidemark.contract;

import java.util.Comparator;

/**
 * One thing wrong in one place of one file.
 *
 * @param file as the user would type it
 * @param line from 1
 * @param column from 1
 * @param path place inside the document, such as {@code features.nb_tx_7d.window}; empty for all of
 *     it
 * @param value what was found there, shortened; empty where something is absent
 * @param reason why it cannot stay
 * @param remedy what to write instead
 */
public record Problem(
    String file, int line, int column, String path, String value, String reason, String remedy)
    implements Comparable<Problem> {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::reason);

  @Override
  public int compareTo(Problem other) {
    return BY_PLACE.compare(this, other);
  }

  /**
   * One line: {@code file:line:column: path: reason (found: value). remedy}, less what is empty.
   */
  @Override
  public String toString() {
    String found = value.isEmpty() ? "" : " (found: " + value + ")";
    String where = path.isEmpty() ? "" : path + ": ";
    return file + ":" + line + ":" + column + ": " + where + reason + found + ". " + remedy;
  }
}
