package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Scalar;
import java.util.List;
import java.util.Optional;

/** Finds the field of an event that some other contract names. */
final class EventFields {
  private EventFields() {}

  /** The field that a scalar names; reports it where the event has none. */
  static Optional<EventField> named(Scalar node, Draft<EventContract> event, Problems problems) {
    EventContract contract = event.contract();
    Optional<EventField> field = contract.field(node.text());
    if (field.isEmpty() && !event.broken().contains(node.text())) {
      problems.add(
          node,
          "the event " + contract.metadata().name() + " has no field of this name",
          nearest(node.text(), contract));
    }
    return field;
  }

  /** The remedy where a field was misspelled. */
  static String nearest(String name, EventContract event) {
    List<String> names = event.fields().stream().map(EventField::name).toList();
    return Nearest.to(name, names)
        .map(nearest -> "Did you mean `" + nearest + "`?")
        .orElse("Its fields are " + String.join(", ", names) + ".");
  }
}
