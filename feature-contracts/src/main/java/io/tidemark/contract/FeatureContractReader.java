package io.tidemark.contract;

import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.NodeReader.DurationBounds;
import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code kind: FeatureContract} and checks what concerns it alone. */
final class FeatureContractReader {
  private static final Duration LONGEST_REACH = Duration.ofDays(366);
  private static final DurationBounds SIZE =
      new DurationBounds(Duration.ofSeconds(1), LONGEST_REACH, true, Duration.ofDays(7));
  private static final DurationBounds DELAY =
      new DurationBounds(Duration.ZERO, LONGEST_REACH, true, Duration.ofDays(7));
  private static final DurationBounds FRESHNESS =
      new DurationBounds(Duration.ofMillis(1), LONGEST_REACH, true, Duration.ofHours(1));
  private static final String TRAILING_ONLY =
      "Today windows are trailing: `window: P7D` or `window: {size: P7D, delay: P7D}`.";
  private static final String FEATURE_EXAMPLE =
      "nb_tx_7d: {type: int, aggregate: count, window: P7D}";
  private static final List<AggregateKind> TODAY =
      List.of(AggregateKind.COUNT, AggregateKind.SUM, AggregateKind.AVG);
  private static final List<String> LATER_AGGREGATES =
      List.of(
          "min",
          "max",
          "variance",
          "stddev",
          "skewness",
          "kurtosis",
          "first",
          "last",
          "first_k",
          "last_k",
          "top_k",
          "distinct",
          "quantile",
          "histogram",
          "entropy",
          "ratio",
          "time_since_last",
          "decayed_sum",
          "decayed_rate");

  private final Problems problems;
  private final NodeReader read;

  FeatureContractReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
  }

  /** The contract, or empty where its source is unknown and nothing about it can be checked. */
  Optional<Draft<FeatureContract>> read(Metadata metadata, MappingReader keys, String domain) {
    YamlNode entityNode = keys.required("entity", "[customer_id]");
    TopicUri source = read.topic(keys.required("source", "kafka://tx_events"));
    YamlNode featuresNode = keys.required("features", "{" + FEATURE_EXAMPLE + "}");
    keys.refuseOthers();
    List<String> entity = entity(read.list(entityNode, "[customer_id]"));
    boolean keyed = !(entityNode instanceof Sequence sequence && sequence.items().isEmpty());

    Set<String> broken = new TreeSet<>();
    List<Feature> features = new ArrayList<>();
    Mapping mapping = read.mapping(featuresNode, FEATURE_EXAMPLE);
    if (mapping != null) {
      if (mapping.entries().isEmpty()) {
        problems.add(mapping, "a contract without features", "Add one: `" + FEATURE_EXAMPLE + "`.");
      }
      for (Entry entry : mapping.entries()) {
        Feature feature = feature(entry, source, keyed);
        if (feature == null) {
          broken.add(entry.key().text());
        } else {
          features.add(feature);
        }
      }
    }
    return source == null
        ? Optional.empty()
        : Optional.of(
            new Draft<>(
                new FeatureContract(metadata, entity, source, features),
                keys.mapping(),
                domain,
                broken));
  }

  private List<String> entity(@Nullable Sequence list) {
    Set<String> entity = new LinkedHashSet<>();
    if (list == null) {
      return List.of();
    }
    for (YamlNode item : list.items()) {
      String field = read.name(item, "a field of the entity");
      if (field != null && !entity.add(field)) {
        problems.add(item, "this field is already part of the entity", "Remove it.");
      }
    }
    return List.copyOf(entity);
  }

  private @Nullable Feature feature(Entry entry, @Nullable TopicUri source, boolean keyed) {
    int problemsBefore = problems.count();
    Scalar name = entry.key();
    read.isName(name, "the name of a feature");
    Mapping mapping = read.mapping(entry.value(), name.quoted() + ": {type: int}");
    if (mapping == null) {
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    FieldType type =
        read.oneOf(
            keys.required("type", "int"), "a type of feature", FieldType.values(), List.of());
    Duration freshness = read.duration(keys.optional("freshness"), FRESHNESS);
    checkSource(keys.optional("source"), source);
    FeatureDefinition definition = definition(keys, name, type, keyed);
    Double defaultValue = defaultValue(keys.optional("default"), type);
    Range check = check(keys.optional("check"), type);
    keys.refuseOthers();
    if (defaultValue != null && check != null && !check.contains(defaultValue)) {
      problems.add(
          mapping.at("default"),
          "the default lies outside of the feature's own check",
          "Widen `check`, or choose a default within it: every default would be marked invalid.");
    }
    return problems.count() > problemsBefore || type == null || definition == null
        ? null
        : new Feature(name.text(), type, definition, freshness, defaultValue, check);
  }

  private void checkSource(@Nullable YamlNode node, @Nullable TopicUri contractSource) {
    TopicUri own = read.topic(node);
    if (own != null && node != null && contractSource != null && !own.equals(contractSource)) {
      problems.add(
          node,
          "the features of one contract come from one topic, this contract's is " + contractSource,
          "Remove `source` here, or move the feature to a contract of that topic.");
    }
  }

  private @Nullable FeatureDefinition definition(
      MappingReader keys, Scalar name, @Nullable FieldType type, boolean keyed) {
    YamlNode expression = keys.optional("expression");
    YamlNode aggregate = keys.optional("aggregate");
    YamlNode of = keys.optional("of");
    YamlNode window = keys.optional("window");
    keys.later(
        "hop", "Remove it: today the window of an aggregate moves with every event, exactly.");
    keys.later(
        "where",
        "Remove it: today an aggregate is over all events of the entity. To count some of them, let"
            + " the producer send a 0/1 field and sum it.");
    if (aggregate == null) {
      for (YamlNode orphan : new YamlNode[] {of, window}) {
        if (orphan != null) {
          problems.add(
              orphan,
              "only an aggregate has `" + (orphan == of ? "of" : "window") + "`",
              "Add `aggregate: count`, `sum` or `avg`, or remove it.");
        }
      }
    }
    if (expression != null && aggregate != null) {
      problems.add(
          expression,
          "a feature is an expression or an aggregate, not both",
          "Remove one of the two, or make two features of it.");
      return null;
    }
    if (expression != null) {
      String text = read.text(expression, "an expression in quotes", "\"amount > 220.0 ? 1 : 0\"");
      return text == null ? null : new RowExpression(text);
    }
    if (aggregate == null) {
      return new PassThrough(name.text());
    }
    return aggregate(aggregate, of, window, keys.mapping(), type, keyed);
  }

  private @Nullable FeatureDefinition aggregate(
      YamlNode aggregate,
      @Nullable YamlNode ofNode,
      @Nullable YamlNode windowNode,
      Mapping feature,
      @Nullable FieldType type,
      boolean keyed) {
    AggregateKind kind = kind(aggregate);
    String of = read.name(ofNode, "the field to aggregate");
    Window window = null;
    if (windowNode == null) {
      problems.addMissing(
          feature,
          "window",
          "an aggregate needs the window it is over",
          "Add one, such as `window: P7D` for the last seven days.");
    } else {
      window = window(windowNode);
    }
    if (!keyed) {
      problems.add(
          aggregate,
          "an aggregate needs an entity whose events it is over, `entity` is empty here",
          "Name the key, such as `entity: [customer_id]`; contracts with `entity: []` hold features"
              + " of the single row.");
    }
    if (kind != null && kind.needsColumn() && ofNode == null) {
      problems.addMissing(
          feature,
          "of",
          "`aggregate: " + kind.yamlName() + "` needs to know of what",
          "Add a numeric field of the event, such as `of: amount`.");
      return null;
    }
    if (kind != null && type != null) {
      checkType(kind, type, feature);
    }
    return kind == null || window == null
        ? null
        : new WindowedAggregate(
            new Aggregate(kind, of == null ? null : new ValueExpression.Field(of)), window);
  }

  private @Nullable AggregateKind kind(YamlNode node) {
    if (node instanceof Scalar scalar) {
      Optional<AggregateKind> meant = AggregateProposal.kind(scalar.text());
      if (meant.isPresent() && !meant.get().yamlName().equals(scalar.text())) {
        problems.add(scalar, "this is not an aggregate", "Write `" + meant.get().yamlName() + "`.");
        return null;
      }
    }
    return read.oneOf(node, "an aggregate", TODAY.toArray(AggregateKind[]::new), LATER_AGGREGATES);
  }

  private void checkType(AggregateKind kind, FieldType type, Mapping feature) {
    List<FieldType> allowed =
        switch (kind) {
          case COUNT -> List.of(FieldType.INT, FieldType.LONG);
          case SUM -> List.of(FieldType.DOUBLE, FieldType.LONG);
          default -> List.of(FieldType.DOUBLE);
        };
    if (!allowed.contains(type)) {
      List<String> names = allowed.stream().map(FieldType::yamlName).toList();
      problems.add(
          feature.at("type"),
          "`aggregate: " + kind.yamlName() + "` gives " + String.join(" or ", names),
          "Write `type: " + names.get(0) + "`.");
    }
  }

  private @Nullable Window window(YamlNode node) {
    if (node instanceof Scalar scalar
        && Set.of("lifetime", "session", "tumbling", "hop").contains(scalar.text())) {
      problems.add(
          scalar, "`" + scalar.text() + "` windows belong to a later release", TRAILING_ONLY);
      return null;
    }
    if (!(node instanceof Mapping mapping)) {
      Duration size = read.duration(node, SIZE);
      return size == null ? null : new Window.Trailing(size);
    }
    MappingReader keys = new MappingReader(mapping, problems);
    List<String> later = List.of("hop", "tumbling", "session", "lifetime");
    later.forEach(key -> keys.later(key, TRAILING_ONLY));
    YamlNode sizeNode =
        later.stream().anyMatch(keys::has) ? keys.optional("size") : keys.required("size", "P7D");
    Duration size = read.duration(sizeNode, SIZE);
    Duration delay = read.duration(keys.optional("delay"), DELAY);
    keys.refuseOthers();
    return size == null
        ? null
        : new Window.Trailing(size, Objects.requireNonNullElse(delay, Duration.ZERO), null);
  }

  private @Nullable Double defaultValue(@Nullable YamlNode node, @Nullable FieldType type) {
    if (node == null || type == null) {
      return null;
    }
    return switch (type) {
      case INT, LONG -> {
        Double number = read.number(node);
        if (number != null && number != Math.rint(number)) {
          problems.add(
              node,
              "the default of a feature of type " + type.yamlName() + " is a whole number",
              "Write `" + Math.round(number) + "`, or declare the feature as `type: double`.");
        }
        yield number;
      }
      case DOUBLE -> read.number(node);
      case BOOLEAN -> {
        Boolean value = read.bool(node);
        yield value == null ? null : value ? 1.0 : 0.0;
      }
      case STRING, TIMESTAMP -> {
        problems.add(
            node,
            "a feature of type " + type.yamlName() + " has no default",
            "Remove `default`: without a value it is handed on as missing.");
        yield null;
      }
    };
  }

  private @Nullable Range check(@Nullable YamlNode node, @Nullable FieldType type) {
    Mapping mapping = read.mapping(node, "{min: 0, max: 1}");
    if (mapping == null) {
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    Double min = read.number(keys.optional("min"));
    Double max = read.number(keys.optional("max"));
    keys.refuseOthers();
    if (type != null && !type.isNumeric()) {
      problems.add(
          mapping,
          "bounds are for numbers, this feature is " + type.yamlName(),
          "Remove `check`, or give the feature a numeric type.");
    } else if (!keys.has("min") && !keys.has("max")) {
      problems.add(mapping, "a check without bounds", "Add `min`, `max` or both.");
    } else if (min != null && max != null && min > max) {
      problems.add(mapping.at("max"), "max is below min", "Swap the two.");
    }
    return new Range(min, max);
  }
}
