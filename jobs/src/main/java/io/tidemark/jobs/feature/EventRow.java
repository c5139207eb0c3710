package io.tidemark.jobs.feature;

import io.tidemark.function.FieldReader;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as expressions read it. Not thread-safe. */
final class EventRow implements FieldReader, Serializable {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final Map<String, Integer> fieldIndex = new HashMap<>();
  private transient Event event;

  EventRow(EventSchema schema) {
    this.schema = schema;
    for (int i = 0; i < schema.fields().size(); i++) {
      fieldIndex.put(schema.fields().get(i).name(), i);
    }
  }

  /** Makes an event the one that is read from now on. */
  void read(Event next) {
    event = next;
  }

  @Override
  public @Nullable Object value(String field) {
    return EventFields.value(schema, fieldIndex.get(field), event);
  }
}
