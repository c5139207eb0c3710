package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import java.util.EnumMap;
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
  private static final byte[] BEGIN = JsonBuffer.part("{\"event_id\":");
  private static final byte[] EVENT_TIME = JsonBuffer.part(",\"event_time\":");
  private static final byte[] VERSION = JsonBuffer.part(",\"model_version\":");
  private static final byte[] SCORE = JsonBuffer.part(",\"score\":");
  private static final byte[] NULL = JsonBuffer.part("null");
  private static final byte[] OUTCOME = JsonBuffer.part(",\"outcome\":");
  private static final byte[] DEGRADED = JsonBuffer.part(",\"degraded\":");
  private static final byte[] LATE = JsonBuffer.part(",\"late\":");
  private static final byte[] STATUSES = JsonBuffer.part(",\"statuses\":{");
  private static final byte[] STATUS = JsonBuffer.part("},\"status\":");
  private static final byte[] TRUE = JsonBuffer.part("true");
  private static final byte[] FALSE = JsonBuffer.part("false");
  private static final Map<Score.Outcome, byte[]> OUTCOMES = outcomes();

  private final EventSchema schema;
  private final String topic;

  /** Of each column its name and a colon; null where an earlier column has the same name. */
  private final byte @Nullable [][] names;

  private final byte[] model;
  private final byte[] contracts;
  private transient @Nullable JsonBuffer buffer;

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
    List<String> features = model.features().stream().map(FeatureRef::toString).toList();
    this.names = new byte[features.size()][];
    for (int column = 0; column < names.length; column++) {
      if (features.indexOf(features.get(column)) == column) {
        names[column] = new JsonBuffer().text(features.get(column)).add(':').take();
      }
    }
    this.model =
        new JsonBuffer()
            .add(JsonBuffer.part(",\"model\":"))
            .text(model.metadata().name())
            .add(VERSION)
            .take();
    this.contracts = contracts(contracts);
  }

  /** The end of every record. */
  private static byte[] contracts(Map<String, SemanticVersion> contracts) {
    JsonBuffer json = new JsonBuffer().add(JsonBuffer.part(",\"contracts\":{"));
    boolean first = true;
    for (Map.Entry<String, SemanticVersion> contract : new TreeMap<>(contracts).entrySet()) {
      if (!first) {
        json.add(',');
      }
      first = false;
      json.text(contract.getKey()).add(':').text(contract.getValue().toString());
    }
    return json.add('}').add('}').take();
  }

  private static Map<Score.Outcome, byte[]> outcomes() {
    Map<Score.Outcome, byte[]> outcomes = new EnumMap<>(Score.Outcome.class);
    for (Score.Outcome outcome : Score.Outcome.values()) {
      outcomes.put(outcome, JsonBuffer.quoted(outcome.name().toLowerCase(Locale.ROOT)));
    }
    return outcomes;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Score score, KafkaSinkContext context, @Nullable Long timestamp) {
    FeatureVector vector = score.vector();
    String id = String.valueOf(EventFields.text(schema, schema.idField(), vector.trigger()));
    if (buffer == null) {
      buffer = new JsonBuffer();
    }
    write(buffer, id, score, vector);
    return new ProducerRecord<>(topic, id.getBytes(UTF_8), buffer.take());
  }

  private void write(JsonBuffer json, String id, Score score, FeatureVector vector) {
    json.add(BEGIN).text(id).add(EVENT_TIME).time(vector.trigger().timeMillis());
    json.add(model).text(score.modelVersion()).add(SCORE);
    if (Double.isNaN(score.value())) {
      json.add(NULL);
    } else {
      json.number(score.value());
    }
    json.add(OUTCOME).add(OUTCOMES.get(score.outcome()));
    json.add(DEGRADED).add(score.outcome().isDegraded() ? TRUE : FALSE);
    json.add(LATE).add(vector.isLate() ? TRUE : FALSE);
    json.add(STATUSES);
    FeatureStatus worst = FeatureStatus.OK;
    for (int column = 0; column < vector.columns(); column++) {
      FeatureStatus status = vector.status(column);
      byte[] name = names[column];
      if (status != FeatureStatus.OK && name != null) {
        if (worst != FeatureStatus.OK) {
          json.add(',');
        }
        json.add(name).text(status.name());
        worst = status.code() > worst.code() ? status : worst;
      }
    }
    json.add(STATUS).text(worst.name()).add(contracts);
  }
}
