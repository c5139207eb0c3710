package io.tidemark.contract;

import io.tidemark.contract.NodeReader.DurationBounds;
import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code kind: EventContract} and checks what concerns it alone. */
final class EventContractReader {
  private static final DurationBounds UP_TO_A_WEEK =
      new DurationBounds(Duration.ZERO, Duration.ofDays(7), true, Duration.ofSeconds(10));
  private static final DurationBounds IDLENESS =
      new DurationBounds(Duration.ofMillis(1), Duration.ofDays(7), true, Duration.ofSeconds(30));
  private static final DurationBounds UP_TO_A_YEAR =
      new DurationBounds(Duration.ZERO, Duration.ofDays(366), true, Duration.ofHours(1));
  private static final String FIELDS_EXAMPLE = "{transaction_id: {type: long}}";

  private final Problems problems;
  private final NodeReader read;

  EventContractReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
  }

  /** The contract, or empty where its topic is unknown and nothing can refer to it. */
  Optional<Draft<EventContract>> read(Metadata metadata, MappingReader keys, String domain) {
    TopicUri topic = read.topic(keys.required("topic", "kafka://tx_events"));
    TopicUri deadLetter = read.topic(keys.optional("deadLetter"));
    TopicUri late = read.topic(keys.optional("late"));
    EventFormat format =
        read.oneOf(
            keys.required("format", "json"),
            "a format",
            EventFormat.values(),
            List.of("avro", "csv", "protobuf"));
    YamlNode idNode = keys.required("id", "transaction_id");
    String id = read.name(idNode, "the id");
    YamlNode timeNode = keys.required("time", "{field: tx_datetime}");
    Set<String> broken = new TreeSet<>();
    List<EventField> fields =
        fields(read.mapping(keys.required("fields", FIELDS_EXAMPLE), FIELDS_EXAMPLE), broken);
    EventTime time = time(read.mapping(timeNode, "{field: tx_datetime}"), fields, broken);
    keys.refuseOthers();

    if (id != null && idNode != null) {
      checkRole(idNode, id, "identifies an event", fields, broken)
          .filter(field -> !isIdType(field.type()))
          .ifPresent(
              field ->
                  problems.add(
                      idNode,
                      "a " + field.type().yamlName() + " cannot identify an event",
                      "Name a field of type long, int or string that is unique per event."));
    }
    if (topic == null) {
      return Optional.empty();
    }
    EventContract contract =
        new EventContract(
            metadata,
            topic,
            Objects.requireNonNullElse(deadLetter, new TopicUri(topic.topic() + "_rejected")),
            Objects.requireNonNullElse(late, new TopicUri(topic.topic() + "_late")),
            Objects.requireNonNullElse(format, EventFormat.JSON),
            Objects.requireNonNullElse(id, ""),
            time,
            fields);
    return Optional.of(new Draft<>(contract, keys.mapping(), domain, broken));
  }

  private static boolean isIdType(FieldType type) {
    return type == FieldType.LONG || type == FieldType.INT || type == FieldType.STRING;
  }

  private EventTime time(@Nullable Mapping mapping, List<EventField> fields, Set<String> broken) {
    String field = "";
    Duration outOfOrderness = null;
    Duration idleness = null;
    Duration allowedLateness = null;
    Instant min = null;
    Duration maxAhead = null;
    if (mapping != null) {
      MappingReader keys = new MappingReader(mapping, problems);
      YamlNode fieldNode = keys.required("field", "tx_datetime");
      String name = read.name(fieldNode, "the time field");
      outOfOrderness = read.duration(keys.optional("outOfOrderness"), UP_TO_A_WEEK);
      idleness = read.duration(keys.optional("idleness"), IDLENESS);
      allowedLateness = read.duration(keys.optional("allowedLateness"), UP_TO_A_YEAR);
      min = read.instant(keys.optional("min"));
      maxAhead = read.duration(keys.optional("maxAhead"), UP_TO_A_YEAR);
      keys.refuseOthers();
      if (name != null && fieldNode != null) {
        field = name;
        checkRole(fieldNode, name, "is the event's time", fields, broken)
            .filter(found -> found.type() != FieldType.TIMESTAMP)
            .ifPresent(
                found ->
                    problems.add(
                        fieldNode,
                        "the event's time has type timestamp, this field is "
                            + found.type().yamlName(),
                        "Declare it as `type: timestamp`, or name another field."));
      }
    }
    return new EventTime(
        field,
        Objects.requireNonNullElse(outOfOrderness, Duration.ofSeconds(10)),
        Objects.requireNonNullElse(idleness, Duration.ofSeconds(30)),
        Objects.requireNonNullElse(allowedLateness, Duration.ZERO),
        Objects.requireNonNullElse(min, Instant.parse("2000-01-01T00:00:00Z")),
        Objects.requireNonNullElse(maxAhead, Duration.ofHours(1)));
  }

  /** The field that plays a role no event can do without; empty where that is not decided. */
  private Optional<EventField> checkRole(
      YamlNode node, String name, String role, List<EventField> fields, Set<String> broken) {
    Optional<EventField> field =
        fields.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
    if (field.isEmpty() && !broken.contains(name)) {
      List<String> names = fields.stream().map(EventField::name).toList();
      problems.add(
          node,
          "no field has this name",
          Nearest.to(name, names)
              .map(nearest -> "Did you mean `" + nearest + "`?")
              .orElse("Name the field that " + role + ", and declare it under `fields`."));
    }
    if (field.isPresent() && field.get().optional()) {
      problems.add(
          node,
          "the field that " + role + " cannot be optional",
          "Remove `optional: true` from `fields." + name + "`, or name another field.");
      return Optional.empty();
    }
    return field;
  }

  private List<EventField> fields(@Nullable Mapping mapping, Set<String> broken) {
    List<EventField> fields = new ArrayList<>();
    if (mapping == null) {
      return fields;
    }
    if (mapping.entries().isEmpty()) {
      problems.add(mapping, "an event without fields", "Add fields: `" + FIELDS_EXAMPLE + "`.");
    }
    for (Entry entry : mapping.entries()) {
      EventField field = field(entry);
      if (field == null) {
        broken.add(entry.key().text());
      } else {
        fields.add(field);
      }
    }
    return fields;
  }

  private @Nullable EventField field(Entry entry) {
    boolean named = read.isName(entry.key(), "the name of a field");
    Mapping mapping = read.mapping(entry.value(), entry.key().quoted() + ": {type: double}");
    if (mapping == null) {
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    FieldType type =
        read.oneOf(
            keys.required("type", "double"), "a type of field", FieldType.values(), List.of());
    Boolean optional = read.bool(keys.optional("optional"));
    YamlNode minNode = keys.optional("min");
    YamlNode maxNode = keys.optional("max");
    Double min = read.number(minNode);
    Double max = read.number(maxNode);
    Pii pii = read.oneOf(keys.optional("pii"), "a treatment of PII", Pii.values(), List.of());
    keys.refuseOthers();
    if (type != null && !type.isNumeric()) {
      for (YamlNode bound : new YamlNode[] {minNode, maxNode}) {
        if (bound != null) {
          problems.add(
              bound,
              "bounds are for numbers, this field is " + type.yamlName(),
              "Remove it, or give the field a numeric type.");
        }
      }
    }
    if (min != null && max != null && maxNode != null && min > max) {
      problems.add(maxNode, "max is below min", "Swap the two.");
    }
    return type == null || !named
        ? null
        : new EventField(entry.key().text(), type, Boolean.TRUE.equals(optional), min, max, pii);
  }
}
