package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Scores on their topic, keyed by the event's id, so that a consumer sees a score sent twice as
 * one. The value is a JSON object:
 *
 * <pre>{@code
 * {"event_id":"17","event_time":"2018-04-01T00:00:31Z","model":"card_fraud",
 *  "model_version":"1.0.0","score":0.0123,"outcome":"scored","degraded":false,"late":false,
 *  "status":"WARMING","statuses":{"customer_spending.nb_tx_30d":"WARMING"},
 *  "contracts":{"customer_spending":"2.1.0","terminal_risk":"1.0.0"}}
 * }</pre>
 *
 * {@code score} is null where a feature is missing and the model rejects that; {@code statuses}
 * names the features that are not {@code OK}, {@code status} is the worst of them.
 */
public final class ScoreRecords implements KafkaRecordSerializationSchema<Score> {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  private final EventSchema schema;
  private final String topic;
  private final String model;
  private final List<String> features;
  private final TreeMap<String, SemanticVersion> contracts;

  /**
   * @param contracts exact version of every feature contract behind the score, by name
   */
  public ScoreRecords(
      EventSchema schema,
      String topic,
      ModelContract model,
      Map<String, SemanticVersion> contracts) {
    this.schema = schema;
    this.topic = topic;
    this.model = model.metadata().name();
    this.features = model.features().stream().map(FeatureRef::toString).toList();
    this.contracts = new TreeMap<>(contracts);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Score score, KafkaSinkContext context, @Nullable Long timestamp) {
    FeatureVector vector = score.vector();
    String id = String.valueOf(EventFields.text(schema, schema.idField(), vector.trigger()));
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(json, id, score, vector);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return new ProducerRecord<>(topic, id.getBytes(UTF_8), out.toByteArray());
  }

  private void write(JsonGenerator json, String id, Score score, FeatureVector vector)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("event_id", id);
    json.writeStringField(
        "event_time", Instant.ofEpochMilli(vector.trigger().timeMillis()).toString());
    json.writeStringField("model", model);
    json.writeStringField("model_version", score.modelVersion());
    if (Double.isNaN(score.value())) {
      json.writeNullField("score");
    } else {
      json.writeNumberField("score", score.value());
    }
    json.writeStringField("outcome", score.outcome().name().toLowerCase(Locale.ROOT));
    json.writeBooleanField("degraded", score.outcome().isDegraded());
    json.writeBooleanField("late", vector.isLate());
    FeatureStatus worst = FeatureStatus.OK;
    json.writeObjectFieldStart("statuses");
    for (int column = 0; column < vector.columns(); column++) {
      FeatureStatus status = vector.status(column);
      boolean first = features.indexOf(features.get(column)) == column;
      if (status != FeatureStatus.OK && first) {
        json.writeStringField(features.get(column), status.name());
        worst = status.code() > worst.code() ? status : worst;
      }
    }
    json.writeEndObject();
    json.writeStringField("status", worst.name());
    json.writeObjectFieldStart("contracts");
    for (Map.Entry<String, SemanticVersion> contract : contracts.entrySet()) {
      json.writeStringField(contract.getKey(), contract.getValue().toString());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
