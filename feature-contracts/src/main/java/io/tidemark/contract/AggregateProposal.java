package io.tidemark.contract;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the aggregate and the window out of a feature's name, for the message about a short form
 * that no field of the event bears: {@code user_7d_transaction_count} means {@code aggregate:
 * count, window: P7D}.
 *
 * @param aggregate its YAML name
 * @param parameter with the key, such as {@code quantile: 0.99}; null for none
 */
record AggregateProposal(String aggregate, @Nullable String parameter) {
  private static final Pattern SPAN =
      Pattern.compile("(?:last)?(\\d{1,5})(s|sec|m|min|h|hour|hours|d|day|days|w|week|weeks)");
  private static final Pattern PERCENTILE = Pattern.compile("(?:p|pct|percentile)(\\d{1,3})");
  private static final Pattern FIRST_K = Pattern.compile("(first|last|top)(\\d{1,2})");
  private static final Map<String, AggregateProposal> WORDS =
      Map.ofEntries(
          word("count", AggregateKind.COUNT),
          word("cnt", AggregateKind.COUNT),
          word("nb", AggregateKind.COUNT),
          word("num", AggregateKind.COUNT),
          word("number", AggregateKind.COUNT),
          word("sum", AggregateKind.SUM),
          word("total", AggregateKind.SUM),
          word("avg", AggregateKind.AVG),
          word("mean", AggregateKind.AVG),
          word("average", AggregateKind.AVG),
          word("min", AggregateKind.MIN),
          word("minimum", AggregateKind.MIN),
          word("smallest", AggregateKind.MIN),
          word("max", AggregateKind.MAX),
          word("maximum", AggregateKind.MAX),
          word("largest", AggregateKind.MAX),
          word("peak", AggregateKind.MAX),
          word("var", AggregateKind.VARIANCE),
          word("variance", AggregateKind.VARIANCE),
          word("std", AggregateKind.STDDEV),
          word("stdev", AggregateKind.STDDEV),
          word("stddev", AggregateKind.STDDEV),
          word("skew", AggregateKind.SKEWNESS),
          word("skewness", AggregateKind.SKEWNESS),
          word("kurtosis", AggregateKind.KURTOSIS),
          word("first", AggregateKind.FIRST),
          word("last", AggregateKind.LAST),
          word("latest", AggregateKind.LAST),
          word("distinct", AggregateKind.DISTINCT),
          word("unique", AggregateKind.DISTINCT),
          word("nunique", AggregateKind.DISTINCT),
          word("uniq", AggregateKind.DISTINCT),
          word("cardinality", AggregateKind.DISTINCT),
          word("entropy", AggregateKind.ENTROPY),
          Map.entry("median", new AggregateProposal("quantile", "quantile: 0.5")),
          Map.entry("histogram", new AggregateProposal("histogram", "edges: [10, 100]")),
          Map.entry("hist", new AggregateProposal("histogram", "edges: [10, 100]")),
          Map.entry("mode", new AggregateProposal("top_k", "k: 1")),
          Map.entry("ewma", new AggregateProposal("decayed_sum", "halfLife: PT6H")),
          Map.entry("decayed", new AggregateProposal("decayed_sum", "halfLife: PT6H")),
          Map.entry("recency", new AggregateProposal("time_since_last", null)));

  private static Map.Entry<String, AggregateProposal> word(String word, AggregateKind kind) {
    return Map.entry(word, new AggregateProposal(kind.yamlName(), null));
  }

  /** What somebody means who wrote {@code mean}, {@code cnt}, {@code p99} or {@code top3}. */
  static Optional<String> meant(String word) {
    return read(word)
        .map(
            proposal ->
                proposal.parameter == null
                    ? proposal.aggregate
                    : "aggregate: " + proposal.aggregate + ", " + proposal.parameter);
  }

  private static Optional<AggregateProposal> read(String word) {
    Matcher percentile = PERCENTILE.matcher(word);
    if (percentile.matches()) {
      return rank(percentile.group(1))
          .map(rank -> new AggregateProposal("quantile", "quantile: " + rank));
    }
    Matcher several = FIRST_K.matcher(word);
    if (several.matches() && Integer.parseInt(several.group(2)) > 0) {
      return Optional.of(
          new AggregateProposal(
              several.group(1) + "_k", "k: " + Integer.parseInt(several.group(2))));
    }
    return Optional.ofNullable(WORDS.get(word));
  }

  /** {@code 99} is 0.99, {@code 999} is 0.999, {@code 5} is 0.05. */
  private static Optional<String> rank(String digits) {
    if (Integer.parseInt(digits) == 100) {
      return Optional.of("1.0");
    }
    return Optional.of(
        new BigDecimal(digits).movePointLeft(Math.max(2, digits.length())).toPlainString());
  }

  /** The remedy that writes the feature out, or empty where the name speaks of no aggregate. */
  static Optional<String> remedy(String feature, EventContract event) {
    List<String> words = List.of(feature.split("_"));
    Optional<AggregateProposal> said = said(feature, words);
    Optional<Duration> span =
        words.stream()
            .map(SPAN::matcher)
            .filter(Matcher::matches)
            .flatMap(found -> Durations.guess(found.group(1) + found.group(2)).stream())
            .findFirst();
    if (said.isEmpty() && span.isEmpty()) {
      return Optional.empty();
    }
    List<EventField> columns =
        event.fields().stream()
            .filter(field -> !field.name().equals(event.id()))
            .filter(field -> takes(said, field.type()))
            .toList();
    Optional<EventField> column =
        columns.stream().filter(field -> isNamed(field.name(), feature)).findFirst();
    AggregateProposal proposal =
        said.orElse(new AggregateProposal(column.isPresent() ? "avg" : "count", null));
    AggregateKind kind = proposal.kind();
    StringBuilder remedy = new StringBuilder("If it is an aggregate, say so: `" + feature);
    remedy.append(": {type: ").append(type(kind));
    remedy.append(", aggregate: ").append(proposal.aggregate);
    if (kind.needsColumn()) {
      remedy.append(", of: ").append(column.map(EventField::name).orElse("…"));
    }
    if (proposal.parameter != null) {
      remedy.append(", ").append(proposal.parameter);
    }
    remedy.append(", window: ");
    remedy.append(
        words.contains("lifetime") ? "lifetime" : span.map(Durations::format).orElse("P7D"));
    remedy.append("}`");
    if (kind.needsColumn() && column.isEmpty() && !columns.isEmpty()) {
      remedy
          .append(", of one of ")
          .append(String.join(", ", columns.stream().map(EventField::name).toList()));
    }
    return Optional.of(remedy.append(".").toString());
  }

  /** The aggregate a name speaks of; one that says more than {@code nb} or {@code last} wins. */
  private static Optional<AggregateProposal> said(String feature, List<String> words) {
    if (("_" + feature + "_").matches(".*_(time|seconds|secs|hours|days)_since_.*")) {
      return Optional.of(new AggregateProposal("time_since_last", null));
    }
    List<AggregateProposal> all = words.stream().flatMap(word -> read(word).stream()).toList();
    return all.stream()
        .filter(proposal -> !List.of("count", "last", "first").contains(proposal.aggregate))
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  private static boolean takes(Optional<AggregateProposal> said, FieldType type) {
    boolean texts =
        said.isPresent() && said.get().kind().operand() == AggregateKind.Operand.NUMBER_OR_TEXT;
    return type.isNumeric() || (texts && type == FieldType.STRING);
  }

  /** Whether a feature's name holds a field's, such as {@code terminals} for terminal_id. */
  private static boolean isNamed(String field, String feature) {
    String stem = field.replaceFirst("_id$", "");
    return Stream.of(field, stem, stem + "s")
        .anyMatch(name -> ("_" + feature + "_").contains("_" + name + "_"));
  }

  private AggregateKind kind() {
    return Stream.of(AggregateKind.values())
        .filter(kind -> kind.yamlName().equals(aggregate))
        .findFirst()
        .orElseThrow();
  }

  private static String type(AggregateKind kind) {
    return switch (kind) {
      case COUNT, DISTINCT -> "int";
      case HISTOGRAM -> "\"long[]\"";
      case FIRST_K, LAST_K, TOP_K -> "\"double[]\"";
      default -> "double";
    };
  }
}
