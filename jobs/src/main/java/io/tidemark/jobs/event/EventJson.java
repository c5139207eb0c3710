package io.tidemark.jobs.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.contract.EventField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** Writes an event back as the JSON object that its contract describes. */
public final class EventJson {
  private static final JsonFactory JSON = new JsonFactory();

  private EventJson() {}

  public static byte[] bytes(EventSchema schema, Event event) {
    return bytes(schema, event, false);
  }

  /**
   * @param masked whether fields that identify a person are masked
   */
  static byte[] bytes(EventSchema schema, Event event, boolean masked) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      List<EventField> fields = schema.fields();
      for (int i = 0; i < fields.size(); i++) {
        Object value = EventFields.value(schema, i, event);
        if (value != null) {
          json.writeFieldName(fields.get(i).name());
          if (masked && fields.get(i).pii() != null) {
            json.writeString(EventFields.MASK);
          } else {
            write(json, value);
          }
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Instant time) {
      json.writeString(time.toString());
    } else {
      json.writeString((String) value);
    }
  }
}
