package io.tidemark.contract;

import java.util.List;
import java.util.Optional;

/**
 * One topic: what its events look like, which field identifies one, and which is its time.
 *
 * @param id the field whose value is unique per event; duplicates are found by it
 * @param fields in the order of the file
 */
public record EventContract(
    Metadata metadata,
    TopicUri topic,
    TopicUri deadLetter,
    TopicUri late,
    EventFormat format,
    String id,
    EventTime time,
    List<EventField> fields)
    implements Contract {
  public EventContract {
    fields = List.copyOf(fields);
  }

  public Optional<EventField> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }
}
