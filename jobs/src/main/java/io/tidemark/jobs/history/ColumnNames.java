package io.tidemark.jobs.history;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Gives each column of a table a name that Delta Lake and every engine take, and no two the same
 * but for case. {@code contract.feature} becomes {@code contract__feature}, an array's {@code
 * feature[0]} becomes {@code feature__0}; a name that is taken, such as the tables' own {@code
 * date}, gets underscores behind it.
 */
final class ColumnNames {
  private final Set<String> taken = new HashSet<>();

  ColumnNames(String... taken) {
    for (String name : taken) {
      this.taken.add(name.toLowerCase(Locale.ROOT));
    }
  }

  String of(String wanted) {
    String name = wanted.replace(".", "__").replace("[", "__").replace("]", "");
    while (!taken.add(name.toLowerCase(Locale.ROOT))) {
      name += "_";
    }
    return name;
  }
}
