package io.tidemark.contract;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** The aggregate that a word such as {@code mean} or {@code cnt} stands for. */
  static Optional<AggregateKind> kind(String word) {
    return Optional.ofNullable(WORDS.get(word));
  }

  /** The remedy that writes the feature out, or empty where the name speaks of no aggregate. */
  static Optional<String> remedy(String feature, EventContract event) {
    List<String> words = List.of(feature.split("_"));
    Optional<AggregateKind> kindRead =
        words.stream().flatMap(word -> kind(word).stream()).findFirst();
    Optional<Duration> windowRead =
        words.stream()
            .map(SPAN::matcher)
            .filter(Matcher::matches)
            .flatMap(span -> Durations.guess(span.group(1) + span.group(2)).stream())
            .findFirst();
    if (kindRead.isEmpty() && windowRead.isEmpty()) {
      return Optional.empty();
    }
    List<String> numeric =
        event.fields().stream()
            .filter(field -> field.type().isNumeric() && !field.name().equals(event.id()))
            .map(EventField::name)
            .toList();
    Optional<String> column =
        numeric.stream()
            .filter(field -> ("_" + feature + "_").contains("_" + field + "_"))
            .findFirst();
    AggregateKind kind =
        kindRead.orElse(column.isPresent() ? AggregateKind.AVG : AggregateKind.COUNT);
    StringBuilder remedy = new StringBuilder("If it is an aggregate, say so: `" + feature);
    remedy.append(": {type: ").append(kind == AggregateKind.COUNT ? "int" : "double");
    remedy.append(", aggregate: ").append(kind.yamlName());
    if (kind.needsColumn()) {
      remedy.append(", of: ").append(column.orElse("…"));
    }
    remedy.append(", window: ").append(windowRead.map(Durations::format).orElse("P7D"));
    remedy.append("}`");
    if (kind.needsColumn() && column.isEmpty() && !numeric.isEmpty()) {
      remedy.append(", of one of ").append(String.join(", ", numeric));
    }
    return Optional.of(remedy.append(".").toString());
  }
}
