package io.tidemark.contract;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant to type: names by edit distance, case aside. */
final class Nearest {
  /** Longer texts are not typing mistakes of anything we know. */
  private static final int LONGEST = 100;

  private Nearest() {}

  /** The candidate that {@code typed} is probably a misspelling of. */
  static Optional<String> to(String typed, Collection<String> candidates) {
    return sorted(typed, candidates).stream()
        .findFirst()
        .filter(
            best ->
                distance(typed, best) <= Math.max(1, Math.min(typed.length(), best.length()) / 2));
  }

  /** All candidates, the nearest first, equally near ones in their own order. */
  static List<String> sorted(String typed, Collection<String> candidates) {
    return candidates.stream()
        .sorted(Comparator.comparingInt(candidate -> distance(typed, candidate)))
        .toList();
  }

  /**
   * Optimal string alignment distance: inserted, removed, replaced characters and swapped
   * neighbours count one each.
   */
  static int distance(String left, String right) {
    if (left.length() > LONGEST || right.length() > LONGEST) {
      return Integer.MAX_VALUE;
    }
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
