package io.tidemark.contract.review;

import io.tidemark.contract.Place;
import java.util.Comparator;
import java.util.List;

/**
 * One thing that a change does, in one place.
 *
 * @param contract kind, name and version, such as {@code feature contract customer_spending 2.1.0}
 * @param path keys inside the contract, such as {@code features.nb_tx_7d.window}; empty for all of
 *     it
 * @param place in the new file, or in the old one where {@code removed}
 * @param removed whether there is no new file to show it in
 * @param before what it was, shortened; empty where there was nothing
 * @param after what it is, shortened; empty where there is nothing
 * @param reason what that does
 * @param affected who relies on it, by name; may be empty
 * @param remedy the way out, or what to do next
 * @param bump the part of the version that has to move for this
 */
public record Finding(
    Tier tier,
    Severity severity,
    Rule rule,
    String contract,
    String path,
    Place place,
    boolean removed,
    String before,
    String after,
    String reason,
    List<String> affected,
    String remedy,
    Bump bump)
    implements Comparable<Finding> {
  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::severity)
          .thenComparing(Finding::removed)
          .thenComparing(finding -> finding.place().file())
          .thenComparingInt(finding -> finding.place().line())
          .thenComparingInt(finding -> finding.place().column())
          .thenComparing(Finding::tier)
          .thenComparing(Finding::rule)
          .thenComparing(Finding::path)
          .thenComparing(Finding::reason);

  public Finding {
    affected = List.copyOf(affected);
  }

  /** What changed in a few words: {@code P7D → P14D}; empty where only the reason tells. */
  public String change() {
    if (before.isEmpty() && after.isEmpty()) {
      return "";
    }
    return (before.isEmpty() ? "nothing" : before) + " → " + (after.isEmpty() ? "nothing" : after);
  }

  @Override
  public int compareTo(Finding other) {
    return ORDER.compare(this, other);
  }

  /** One line: place, severity, tier, rule, path, change, reason, who is affected, remedy. */
  @Override
  public String toString() {
    return "%s:%d:%d: %s %s %s: %s%s%s%s. %s"
        .formatted(
            place.file(),
            place.line(),
            place.column(),
            severity,
            tier,
            rule.id(),
            path.isEmpty() ? "" : path + ": ",
            change().isEmpty() ? "" : change() + ": ",
            reason,
            affected.isEmpty() ? "" : " (affects " + String.join(", ", affected) + ")",
            remedy);
  }
}
