package io.tidemark.contract;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the aggregate and the window out of a feature's name, for the message about a short form
 * that no field of the event bears: {@code user_7d_transaction_count} means {@code aggregate:
 * count, window: P7D}.
 */
final class AggregateProposal {
  private static final Pattern SPAN =
      Pattern.compile("(?:last)?(\\d{1,5})(s|sec|m|min|h|hour|hours|d|day|days|w|week|weeks)");
  private static final Map<String, AggregateKind> WORDS =
      Map.ofEntries(
          Map.entry("count", AggregateKind.COUNT),
          Map.entry("cnt", AggregateKind.COUNT),
          Map.entry("nb", AggregateKind.COUNT),
          Map.entry("num", AggregateKind.COUNT),
          Map.entry("number", AggregateKind.COUNT),
          Map.entry("sum", AggregateKind.SUM),
          Map.entry("total", AggregateKind.SUM),
          Map.entry("avg", AggregateKind.AVG),
          Map.entry("mean", AggregateKind.AVG),
          Map.entry("average", AggregateKind.AVG));

  private AggregateProposal() {}

  /** The feature as it could be written, or empty where the name speaks of no aggregate. */
  static Optional<String> of(String feature, EventContract event) {
    List<String> words = List.of(feature.split("_"));
    AggregateKind kind =
        words.stream().filter(WORDS::containsKey).map(WORDS::get).findFirst().orElse(null);
    Duration window =
        words.stream()
            .map(SPAN::matcher)
            .filter(Matcher::matches)
            .flatMap(span -> Durations.guess(span.group(1) + span.group(2)).stream())
            .findFirst()
            .orElse(null);
    if (kind == null && window == null) {
      return Optional.empty();
    }
    List<String> numeric =
        event.fields().stream()
            .filter(field -> field.type().isNumeric() && !field.name().equals(event.id()))
            .map(EventField::name)
            .toList();
    String named =
        numeric.stream().filter(field -> isPart(feature, field)).findFirst().orElse(null);
    if (kind == null) {
      kind = named == null ? AggregateKind.COUNT : AggregateKind.AVG;
    }
    StringBuilder yaml = new StringBuilder("{type: ");
    yaml.append(kind == AggregateKind.COUNT ? "int" : "double");
    yaml.append(", aggregate: ").append(kind.yamlName());
    if (kind.needsColumn()) {
      yaml.append(", of: ").append(column(named, numeric));
    }
    yaml.append(", window: ").append(window == null ? "P7D" : Durations.format(window));
    return Optional.of(yaml.append("}").toString());
  }

  private static boolean isPart(String feature, String field) {
    return ("_" + feature + "_").contains("_" + field + "_");
  }

  private static String column(@Nullable String named, List<String> numeric) {
    if (named != null) {
      return named;
    }
    return numeric.isEmpty() ? "a_numeric_field" : String.join("|", numeric);
  }
}
