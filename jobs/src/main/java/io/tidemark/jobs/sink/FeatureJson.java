package io.tidemark.jobs.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/**
 * The features of one entity as JSON. The key holds the entity's fields in the contract's order,
 * {@code {"customer_id":"C7"}}; the value says as of which event:
 *
 * <pre>{@code
 * {"entity":{"customer_id":"C7"},"as_of":"2018-04-01T00:00:31Z","event_id":"17",
 *  "contract":"customer_spending","version":"2.1.0",
 *  "features":{"nb_tx_1d":3,"avg_amount_1d":20.5},
 *  "status":"WARMING","statuses":{"nb_tx_1d":"OK","avg_amount_1d":"WARMING"}}
 * }</pre>
 *
 * A feature without a value is null; an array is one, with the worst status of its elements; {@code
 * status} is the worst of {@code statuses}.
 */
public final class FeatureJson implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  private final EventSchema schema;
  private final String contract;
  private final String version;
  private final List<String> entity;
  private final int[] entityFields;
  private final List<Value> values;

  /**
   * @param columns of the vectors; every feature of the contract is one
   */
  public FeatureJson(EventSchema schema, FeatureContract contract, VectorColumns columns) {
    this.schema = schema;
    this.contract = contract.metadata().name();
    this.version = contract.metadata().version().toString();
    this.entity = contract.entity();
    this.entityFields = entity.stream().mapToInt(schema::fieldIndex).toArray();
    this.values = contract.features().stream().map(feature -> value(feature, columns)).toList();
  }

  private Value value(Feature feature, VectorColumns columns) {
    int[] positions =
        feature.columns().stream()
            .mapToInt(column -> columns.positions(new FeatureRef(contract, column))[0])
            .toArray();
    return new Value(
        feature.name(), positions, feature.isArray(), feature.type() != FieldType.DOUBLE);
  }

  /** The contract's name. */
  String contract() {
    return contract;
  }

  /**
   * @param event with every field of the entity
   */
  public byte[] key(Event event) {
    return json(json -> writeEntity(json, event));
  }

  /**
   * @param vector of an event with every field of the entity
   */
  public byte[] value(FeatureVector vector) {
    return json(json -> writeValue(json, vector));
  }

  private void writeEntity(JsonGenerator json, Event event) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < entityFields.length; i++) {
      json.writeFieldName(entity.get(i));
      Object part = EventFields.value(schema, entityFields[i], event);
      if (part instanceof Long number) {
        json.writeNumber(number);
      } else if (part instanceof Double number) {
        json.writeNumber(number);
      } else if (part instanceof Boolean truth) {
        json.writeBoolean(truth);
      } else {
        json.writeString(String.valueOf(part));
      }
    }
    json.writeEndObject();
  }

  private void writeValue(JsonGenerator json, FeatureVector vector) throws IOException {
    Event event = vector.trigger();
    json.writeStartObject();
    json.writeFieldName("entity");
    writeEntity(json, event);
    json.writeStringField("as_of", Instant.ofEpochMilli(event.timeMillis()).toString());
    json.writeStringField("event_id", EventFields.text(schema, schema.idField(), event));
    json.writeStringField("contract", contract);
    json.writeStringField("version", version);
    json.writeObjectFieldStart("features");
    for (Value value : values) {
      json.writeFieldName(value.name);
      if (value.array) {
        json.writeStartArray();
      }
      for (int position : value.positions) {
        writeNumber(json, vector.value(position), value.integral);
      }
      if (value.array) {
        json.writeEndArray();
      }
    }
    json.writeEndObject();
    FeatureStatus worst = FeatureStatus.OK;
    json.writeObjectFieldStart("statuses");
    for (Value value : values) {
      FeatureStatus status = FeatureStatus.OK;
      for (int position : value.positions) {
        status = worse(status, vector.status(position));
      }
      json.writeStringField(value.name, status.name());
      worst = worse(worst, status);
    }
    json.writeEndObject();
    json.writeStringField("status", worst.name());
    json.writeEndObject();
  }

  private static FeatureStatus worse(FeatureStatus one, FeatureStatus other) {
    return other.code() > one.code() ? other : one;
  }

  private static void writeNumber(JsonGenerator json, double value, boolean integral)
      throws IOException {
    if (Double.isNaN(value)) {
      json.writeNull();
    } else if (integral) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }

  private static byte[] json(Content content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  /** A feature and where its value, or the elements of it, stand in a vector. */
  private record Value(String name, int[] positions, boolean array, boolean integral)
      implements Serializable {}

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }
}
