package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.jobs.event.DriftReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Drift reports on their topic, keyed by model, version, feature and window, so that one sent twice
 * is seen as one. The value is a JSON object:
 *
 * <pre>{@code
 * {"model":"card_fraud","model_version":"1.0.0","kind":"feature","feature":"amount",
 *  "window_start":"2018-07-09T00:00:00Z","window_end":"2018-07-16T00:00:00Z",
 *  "complete":true,"sufficient":true,"records":66672,"rows":66672,"missing_ratio":0.0,
 *  "ks":0.0041,"ks_error":0.0007,"psi":0.0002}
 * }</pre>
 *
 * The distances are null where no record had a value.
 */
public final class DriftRecords implements KafkaRecordSerializationSchema<DriftReport> {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  private final String topic;

  public DriftRecords(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DriftReport report, KafkaSinkContext context, @Nullable Long timestamp) {
    String windowEnd = Instant.ofEpochMilli(report.windowEndMillis()).toString();
    String key =
        String.join(
            "/",
            report.model(),
            report.version(),
            report.kind().label(),
            report.feature(),
            windowEnd);
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("model", report.model());
      json.writeStringField("model_version", report.version());
      json.writeStringField("kind", report.kind().label());
      json.writeStringField("feature", report.feature());
      json.writeStringField(
          "window_start", Instant.ofEpochMilli(report.windowStartMillis()).toString());
      json.writeStringField("window_end", windowEnd);
      json.writeBooleanField("complete", report.complete());
      json.writeBooleanField("sufficient", report.sufficient());
      json.writeNumberField("records", report.records());
      json.writeNumberField("rows", report.rows());
      writeNumber(json, "missing_ratio", report.missingRatio());
      writeNumber(json, "ks", report.ks());
      writeNumber(json, "ks_error", report.ksError());
      writeNumber(json, "psi", report.psi());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return new ProducerRecord<>(topic, key.getBytes(UTF_8), out.toByteArray());
  }

  private static void writeNumber(JsonGenerator json, String name, double value)
      throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }
}
