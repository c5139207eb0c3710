package io.tidemark.jobs.event;

import java.util.List;
import org.apache.flink.api.java.functions.KeySelector;
import org.jspecify.annotations.Nullable;

/**
 * The key of a vector's trigger for one entity: the text of its only field, or of several fields
 * each with its length in front, so that no two composite keys are spelled alike. A trigger one of
 * whose fields is null gets a key from its id, so that such rows spread; {@link #isNull} tells it.
 */
public final class EntityKey implements KeySelector<FeatureVector, String> {
  private static final long serialVersionUID = 1L;
  private static final int NULL_KEYS = 1 << 10;

  private final EventSchema schema;
  private final int[] fields;

  public EntityKey(EventSchema schema, List<String> entity) {
    this.schema = schema;
    this.fields = entity.stream().mapToInt(schema::fieldIndex).toArray();
  }

  public boolean isNull(Event event) {
    for (int field : fields) {
      if (EventFields.isNull(schema, field, event)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String getKey(FeatureVector vector) {
    Event event = vector.trigger();
    if (fields.length == 1) {
      String only = EventFields.text(schema, fields[0], event);
      return only == null ? nullKey(event) : only;
    }
    StringBuilder key = new StringBuilder();
    for (int field : fields) {
      @Nullable String part = EventFields.text(schema, field, event);
      if (part == null) {
        return nullKey(event);
      }
      key.append(part.length()).append(':').append(part);
    }
    return key.toString();
  }

  private String nullKey(Event event) {
    return "\0" + Math.floorMod(EventFields.idBits(schema, event), NULL_KEYS);
  }
}
