package io.tidemark.contract;

import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
import io.tidemark.contract.NodeReader.DurationBounds;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code aggregate} and the keys that go with it: {@code of}, {@code where}, the parameter of
 * the kind, {@code numerator} and {@code denominator} of a ratio.
 */
final class AggregateReader {
  static final String RATIO = "ratio";
  private static final String RATIO_EXAMPLE = "{aggregate: count, where: \"amount > 100.0\"}";
  private static final List<String> NAMES =
      Stream.concat(
              Stream.of(AggregateKind.values()).map(AggregateKind::yamlName), Stream.of(RATIO))
          .toList();
  private static final List<String> RATIO_KEYS = List.of("numerator", "denominator");
  private static final List<AggregateParameter> PARAMETERS =
      Stream.of(AggregateParameter.values())
          .filter(parameter -> parameter != AggregateParameter.NONE)
          .toList();
  private static final int USUAL_EXACT_UP_TO = 1_024;
  private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final DurationBounds HALF_LIFE =
      new DurationBounds(Duration.ofMillis(1), Duration.ofDays(36_500), true, Duration.ofHours(6));

  private final Problems problems;
  private final NodeReader read;

  AggregateReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
  }

  /** Reports every key that only makes sense beside {@code aggregate}. */
  void refuseWithoutAggregate(MappingReader keys) {
    List<String> orphans = new ArrayList<>(List.of("of", "where", "window"));
    PARAMETERS.forEach(parameter -> orphans.add(parameter.yamlName()));
    orphans.addAll(RATIO_KEYS);
    for (String key : orphans) {
      YamlNode orphan = keys.optional(key);
      if (orphan != null) {
        problems.add(
            orphan,
            "only an aggregate has `" + key + "`",
            RATIO_KEYS.contains(key)
                ? "Add `aggregate: ratio`, or remove it."
                : "Add `aggregate: count`, `sum` or `avg`, or remove it.");
      }
    }
  }

  /**
   * What is aggregated, over which window.
   *
   * @param node of {@code aggregate}
   * @return null after it was reported why there is none
   */
  @Nullable Windowed definition(MappingReader keys, YamlNode node, Window window) {
    if (isRatio(node)) {
      return ratio(keys, window);
    }
    for (String key : RATIO_KEYS) {
      keys.refuse(key, "only a ratio has a " + key, "Write `aggregate: ratio`, or remove it.");
    }
    Aggregate aggregate = aggregate(keys, node, true);
    return aggregate == null ? null : new WindowedAggregate(aggregate, window);
  }

  static boolean isRatio(YamlNode node) {
    return node instanceof Scalar scalar && scalar.text().equals(RATIO);
  }

  private @Nullable Windowed ratio(MappingReader keys, Window window) {
    List<String> parts = new ArrayList<>(List.of("of", "where"));
    PARAMETERS.forEach(parameter -> parts.add(parameter.yamlName()));
    for (String key : parts) {
      keys.refuse(
          key,
          "a ratio is of two aggregates, each with its own `" + key + "`",
          "Move it into `numerator`, `denominator` or both.");
    }
    Aggregate numerator = part(keys.required("numerator", RATIO_EXAMPLE));
    Aggregate denominator = part(keys.required("denominator", "{aggregate: count}"));
    return numerator == null || denominator == null
        ? null
        : new WindowedRatio(numerator, denominator, window);
  }

  private @Nullable Aggregate part(@Nullable YamlNode node) {
    Mapping mapping = read.mapping(node, RATIO_EXAMPLE);
    if (mapping == null) {
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    keys.refuse(
        "window",
        "both parts of a ratio are over one window",
        "Write `window` beside `aggregate: ratio`.");
    YamlNode kind = keys.required("aggregate", "count");
    Aggregate aggregate = null;
    if (kind != null && isRatio(kind)) {
      problems.add(kind, "a ratio is of two aggregates, not of ratios", "Write another aggregate.");
      aggregate(keys, null, false);
    } else {
      aggregate = aggregate(keys, kind, false);
    }
    keys.refuseOthers();
    if (aggregate != null && kind != null && aggregate.kind().isArray()) {
      problems.add(
          kind,
          "a ratio is of two numbers, `" + aggregate.kind().yamlName() + "` gives several",
          "Write an aggregate that gives one.");
      return null;
    }
    return aggregate;
  }

  /** The aggregate that the keys beside {@code node} describe. */
  private @Nullable Aggregate aggregate(
      MappingReader keys, @Nullable YamlNode node, boolean ratioToo) {
    AggregateKind kind = node == null ? null : kind(node, ratioToo);
    YamlNode ofNode =
        kind != null && kind.needsColumn()
            ? keys.required(
                "of",
                "`aggregate: " + kind.yamlName() + "` needs to know of what",
                "Add a field of the event, such as `of: amount`, or an expression over its fields.")
            : keys.optional("of");
    ValueExpression of = value(ofNode);
    YamlNode whereNode = keys.optional("where");
    String where = read.text(whereNode, "a condition", "\"amount > 100.0\"");
    List<Double> parameters = parameters(keys, kind);
    boolean readable =
        parameters != null
            && (of != null || ofNode == null)
            && (where != null || whereNode == null);
    return kind == null || !readable || (of == null && kind.needsColumn())
        ? null
        : new Aggregate(kind, parameters, of, where);
  }

  private @Nullable AggregateKind kind(YamlNode node, boolean ratioToo) {
    if (node instanceof Scalar scalar && !NAMES.contains(scalar.text())) {
      Optional<String> meant = AggregateProposal.meant(scalar.text());
      if (meant.isPresent()) {
        problems.add(scalar, "this is not an aggregate", "Write `" + meant.get() + "`.");
        return null;
      }
    }
    List<String> names =
        ratioToo ? NAMES : NAMES.stream().filter(name -> !name.equals(RATIO)).toList();
    if (node instanceof Scalar scalar && !names.contains(scalar.text())) {
      Optional<String> nearest = Nearest.to(scalar.text(), names);
      if (nearest.isPresent()) {
        problems.add(scalar, "this is not an aggregate", "Did you mean `" + nearest.get() + "`?");
        return null;
      }
    }
    String name = read.oneOf(node, "an aggregate", names, List.of());
    return Stream.of(AggregateKind.values())
        .filter(kind -> kind.yamlName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private @Nullable ValueExpression value(@Nullable YamlNode node) {
    String text = read.text(node, "a field or an expression", "amount");
    if (text == null) {
      return null;
    }
    return FIELD.matcher(text).matches()
        ? new ValueExpression.Field(text)
        : new ValueExpression.Computed(text);
  }

  /** The values of the kind's parameter, null after it was reported why they are none. */
  private @Nullable List<Double> parameters(MappingReader keys, @Nullable AggregateKind kind) {
    List<Double> values = List.of();
    for (AggregateParameter parameter : PARAMETERS) {
      boolean own = kind != null && kind.parameter() == parameter;
      YamlNode node =
          own && parameter != AggregateParameter.EXACT_UP_TO
              ? keys.required(parameter.yamlName(), example(parameter))
              : keys.optional(parameter.yamlName());
      if (own) {
        values = values(parameter, node, kind);
      } else if (node != null && kind != null) {
        problems.add(
            node,
            "`aggregate: " + kind.yamlName() + "` has no `" + parameter.yamlName() + "`",
            "Remove it; `" + parameter.yamlName() + "` goes with " + kindsWith(parameter) + ".");
      }
    }
    return values;
  }

  private static String example(AggregateParameter parameter) {
    return switch (parameter) {
      case NONE -> "";
      case K -> "3";
      case EXACT_UP_TO -> String.valueOf(USUAL_EXACT_UP_TO);
      case QUANTILE -> "0.99";
      case EDGES -> "[10, 100]";
      case HALF_LIFE -> "PT6H";
    };
  }

  private static String kindsWith(AggregateParameter parameter) {
    return String.join(
        ", ",
        Stream.of(AggregateKind.values())
            .filter(kind -> kind.parameter() == parameter)
            .map(AggregateKind::yamlName)
            .toList());
  }

  private @Nullable List<Double> values(
      AggregateParameter parameter, @Nullable YamlNode node, AggregateKind kind) {
    return switch (parameter) {
      case NONE -> List.of();
      case K -> single(read.integer(node, 1, kind.largestParameter()));
      case EXACT_UP_TO ->
          node == null
              ? List.of((double) USUAL_EXACT_UP_TO)
              : single(read.integer(node, 1, kind.largestParameter()));
      case QUANTILE -> rank(node);
      case EDGES -> edges(node);
      case HALF_LIFE -> {
        Duration halfLife = read.duration(node, HALF_LIFE);
        yield halfLife == null ? null : List.of((double) halfLife.toMillis());
      }
    };
  }

  private static @Nullable List<Double> single(@Nullable Integer number) {
    return number == null ? null : List.of(number.doubleValue());
  }

  private @Nullable List<Double> rank(@Nullable YamlNode node) {
    Double rank = read.number(node);
    if (rank == null || node == null) {
      return null;
    }
    if (rank >= 0 && rank <= 1) {
      return List.of(rank);
    }
    problems.add(
        node,
        "a quantile is a rank from 0 (the smallest value) to 1 (the largest)",
        "Write `"
            + (rank > 1 && rank < 100 ? BigDecimal.valueOf(rank).movePointLeft(2) : "0.99")
            + "`.");
    return null;
  }

  private @Nullable List<Double> edges(@Nullable YamlNode node) {
    Sequence list = read.list(node, "[10, 100]");
    if (list == null) {
      return null;
    }
    int problemsBefore = problems.count();
    if (list.items().isEmpty() || list.items().size() > AggregateParameter.MOST_EDGES) {
      problems.add(
          list,
          "a histogram has 1 to " + AggregateParameter.MOST_EDGES + " edges",
          "Name where its buckets end, such as `edges: [10, 100]`; one more takes what is above.");
    }
    List<Double> edges = new ArrayList<>();
    for (YamlNode item : list.items()) {
      Double edge = read.number(item);
      if (edge != null && !edges.isEmpty() && edge <= edges.get(edges.size() - 1)) {
        problems.add(
            item, "edges ascend, this one is not above the one before", "Sort them, each once.");
      }
      if (edge != null) {
        edges.add(edge);
      }
    }
    return problems.count() > problemsBefore ? null : edges;
  }
}
