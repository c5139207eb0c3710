package io.tidemark.contract;

import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
import io.tidemark.contract.NodeReader.DurationBounds;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code kind: FeatureContract} and checks what concerns it alone. */
final class FeatureContractReader {
  private static final DurationBounds FRESHNESS =
      new DurationBounds(Duration.ofMillis(1), Duration.ofDays(366), true, Duration.ofHours(1));
  private static final String SHORTER_LOG =
      "Shorten the longest window, expect fewer `eventsPerKeyPerDay`";

  /** Hops that are proposed, the exactest first, for windows of at least so many. */
  private static final List<Duration> HOPS =
      List.of(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(1));

  private static final int FEWEST_HOPS = 24;
  private static final double MOST_EVENTS_PER_DAY = 1e8;

  /** Stands in for a window that was refused, so that all else is still checked. */
  private static final Window UNREADABLE = new Window.Lifetime();

  private static final String FEATURE_EXAMPLE =
      "nb_tx_7d: {type: int, aggregate: count, window: P7D}";
  private final Problems problems;
  private final NodeReader read;
  private final WindowReader windows;
  private final AggregateReader aggregates;
  private final AggregateTypes types;

  FeatureContractReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
    this.windows = new WindowReader(problems);
    this.aggregates = new AggregateReader(problems);
    this.types = new AggregateTypes(problems);
  }

  /** The contract, or empty where its source is unknown and nothing about it can be checked. */
  Optional<Draft<FeatureContract>> read(Metadata metadata, MappingReader keys, String domain) {
    YamlNode entityNode = keys.required("entity", "[customer_id]");
    TopicUri source = read.topic(keys.required("source", "kafka://tx_events"));
    StateBudget state = state(keys.optional("state"));
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
      FormerNames formerNames = new FormerNames(mapping, read, problems);
      for (Entry entry : mapping.entries()) {
        Feature feature = feature(entry, formerNames, source, keyed);
        if (feature == null) {
          broken.add(entry.key().text());
        } else {
          features.add(feature);
        }
      }
    }
    if (source == null) {
      return Optional.empty();
    }
    FeatureContract contract = new FeatureContract(metadata, entity, source, state, features);
    checkState(contract, keys.mapping());
    return Optional.of(new Draft<>(contract, keys.mapping(), domain, broken));
  }

  private StateBudget state(@Nullable YamlNode node) {
    Long maxBytesPerKey = null;
    Double eventsPerKeyPerDay = null;
    Mapping mapping = read.mapping(node, "{maxBytesPerKey: 64KiB, eventsPerKeyPerDay: 20}");
    if (mapping != null) {
      MappingReader keys = new MappingReader(mapping, problems);
      maxBytesPerKey = read.bytes(keys.optional("maxBytesPerKey"));
      YamlNode eventsNode = keys.optional("eventsPerKeyPerDay");
      eventsPerKeyPerDay = read.number(eventsNode);
      keys.refuseOthers();
      if (eventsNode != null
          && eventsPerKeyPerDay != null
          && !(eventsPerKeyPerDay > 0 && eventsPerKeyPerDay <= MOST_EVENTS_PER_DAY)) {
        problems.add(
            eventsNode,
            "a key has more than none and at most " + (long) MOST_EVENTS_PER_DAY + " events a day",
            "Write how many a busy key has, such as `20`.");
        eventsPerKeyPerDay = null;
      }
    }
    return new StateBudget(
        maxBytesPerKey == null ? StateBudget.DEFAULT.maxBytesPerKey() : maxBytesPerKey,
        eventsPerKeyPerDay == null ? StateBudget.DEFAULT.eventsPerKeyPerDay() : eventsPerKeyPerDay);
  }

  /** Refuses more state per key than the budget, at the budget or else at what takes most. */
  private void checkState(FeatureContract contract, Mapping document) {
    StateEstimate estimate = StateEstimate.of(contract);
    ByteSize budget = new ByteSize(contract.state().maxBytesPerKey());
    if (estimate.bytes() <= budget.bytes()) {
      return;
    }
    String largest = estimate.largest().what();
    Optional<YamlNode> written =
        document
            .get("state")
            .flatMap(
                state ->
                    state instanceof Mapping mapping
                        ? mapping.get("maxBytesPerKey")
                        : Optional.empty());
    YamlNode place = written.orElse(document.at("features", largest));
    ByteSize needed = ByteSize.roundedUp(estimate.bytes());
    problems.add(
        place.place(),
        place.path(),
        budget + (written.isPresent() ? "" : " by default"),
        "a key may take " + needed + " of state, more than its budget: " + estimate,
        contract.feature(largest).map(FeatureContractReader::savingRemedy).orElse(SHORTER_LOG)
            + hopRemedy(contract)
            + ", or write `state: {maxBytesPerKey: "
            + needed
            + "}`.");
  }

  /** The shortest hop that brings a contract within its budget; empty where none does. */
  private static String hopRemedy(FeatureContract contract) {
    for (Duration hop : HOPS) {
      Duration shortest = hop.multipliedBy(FEWEST_HOPS);
      FeatureContract hopping = hopping(contract, hop, shortest);
      long bytes = StateEstimate.of(hopping).bytes();
      if (bytes <= contract.state().maxBytesPerKey()) {
        return ", give windows of `%s` and more a hop of `%s`, with which a key takes %s"
            .formatted(
                Durations.format(shortest), Durations.format(hop), ByteSize.roundedUp(bytes));
      }
    }
    return "";
  }

  private static FeatureContract hopping(
      FeatureContract contract, Duration hop, Duration shortest) {
    return new FeatureContract(
        contract.metadata(),
        contract.entity(),
        contract.source(),
        contract.state(),
        contract.features().stream()
            .map(
                feature ->
                    new Feature(
                        feature.name(),
                        feature.type(),
                        hopping(feature.definition(), hop, shortest),
                        feature.freshness(),
                        feature.defaultValue(),
                        feature.check()))
            .toList());
  }

  private static FeatureDefinition hopping(
      FeatureDefinition definition, Duration hop, Duration shortest) {
    if (!(definition instanceof Windowed windowed)
        || !(windowed.window() instanceof Trailing trailing)
        || trailing.size().compareTo(shortest) < 0
        || trailing.size().toMillis() % hop.toMillis() != 0) {
      return definition;
    }
    Trailing window = new Trailing(trailing.size(), trailing.delay(), hop);
    return windowed instanceof WindowedRatio ratio
        ? new WindowedRatio(ratio.numerator(), ratio.denominator(), window)
        : new WindowedAggregate(windowed.aggregates().get(0), window);
  }

  /** How a feature is made to need less state. */
  private static String savingRemedy(Feature feature) {
    Windowed windowed = (Windowed) feature.definition();
    boolean bounded =
        windowed.aggregates().stream()
            .anyMatch(one -> one.kind().parameter() == AggregateParameter.EXACT_UP_TO);
    return (bounded ? "Lower `exactUpTo` of `" : "Shorten the window of `") + feature.name() + "`";
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

  private @Nullable Feature feature(
      Entry entry, FormerNames formerNames, @Nullable TopicUri source, boolean keyed) {
    int problemsBefore = problems.count();
    Scalar name = entry.key();
    read.isName(name, "the name of a feature");
    Mapping mapping = read.mapping(entry.value(), name.quoted() + ": {type: int}");
    if (mapping == null) {
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    FeatureType declared = type(keys.required("type", "int"));
    FieldType type = declared == null ? null : declared.element();
    Duration freshness = read.duration(keys.optional("freshness"), FRESHNESS);
    checkSource(keys.optional("source"), source);
    FeatureDefinition definition = definition(keys, name, declared, keyed);
    Double defaultValue = defaultValue(keys.optional("default"), declared);
    Range check = check(keys.optional("check"), type);
    String renamedFrom = formerNames.read(keys.optional("renamedFrom"), name);
    keys.refuseOthers();
    if (defaultValue != null && check != null && !check.contains(defaultValue)) {
      problems.add(
          mapping.at("default"),
          "the default lies outside of the feature's own check",
          "Widen `check`, or choose a default within it: every default would be marked invalid.");
    }
    return problems.count() > problemsBefore || type == null || definition == null
        ? null
        : new Feature(name.text(), type, definition, freshness, defaultValue, check, renamedFrom);
  }

  private @Nullable FeatureType type(@Nullable YamlNode node) {
    String name = read.oneOf(node, "a type of feature", FeatureType.names(), List.of());
    return name == null ? null : FeatureType.named(name).orElseThrow();
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
      MappingReader keys, Scalar name, @Nullable FeatureType type, boolean keyed) {
    YamlNode expression = keys.optional("expression");
    YamlNode aggregate = keys.optional("aggregate");
    for (String key : List.of("size", "delay", "hop", "tumbling", "session", "maximum")) {
      keys.refuse(
          key,
          "`" + key + "` belongs to the window",
          "Write it there, such as `window: {size: P7D, hop: PT1H}`.");
    }
    if (aggregate == null) {
      aggregates.refuseWithoutAggregate(keys);
    }
    if (expression != null && aggregate != null) {
      problems.add(
          expression,
          "a feature is an expression or an aggregate, not both",
          "Remove one of the two, or make two features of it.");
      aggregates.definition(keys, aggregate, UNREADABLE);
      keys.optional("window");
      return null;
    }
    if (aggregate != null) {
      return aggregate(keys, aggregate, type, keyed);
    }
    if (type != null && type.array()) {
      problems.add(
          keys.mapping().at("type"),
          "only first_k, last_k, top_k and histogram give an array",
          "Write `type: " + type.element().yamlName() + "`, or add one of these aggregates.");
    }
    if (expression != null) {
      String text = read.text(expression, "an expression in quotes", "\"amount > 220.0 ? 1 : 0\"");
      return text == null ? null : new RowExpression(text);
    }
    return new PassThrough(name.text());
  }

  private @Nullable FeatureDefinition aggregate(
      MappingReader keys, YamlNode aggregate, @Nullable FeatureType type, boolean keyed) {
    YamlNode windowNode =
        keys.required(
            "window",
            "an aggregate needs the window it is over",
            "Add one, such as `window: P7D` for the last seven days.");
    Window window = windowNode == null ? null : windows.read(windowNode);
    if (!keyed) {
      problems.add(
          aggregate,
          "an aggregate needs an entity whose events it is over, `entity` is empty here",
          "Name the key, such as `entity: [customer_id]`; contracts with `entity: []` hold features"
              + " of the single row.");
    }
    Windowed definition =
        aggregates.definition(keys, aggregate, window == null ? UNREADABLE : window);
    if (type != null) {
      types.checkAnswer(type, definition, keys.mapping());
    }
    return definition;
  }

  private @Nullable Double defaultValue(@Nullable YamlNode node, @Nullable FeatureType declared) {
    if (node == null || declared == null) {
      return null;
    }
    if (declared.array() && node instanceof Sequence) {
      problems.add(node, "one default serves every element of an array", "Write one, such as `0`.");
      return null;
    }
    FieldType type = declared.element();
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
