package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.jobs.event.RejectedRecord;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Rejected records on a dead-letter topic: the bytes that may be kept as the value, everything
 * known about them in headers, all of them UTF-8 text: {@code tidemark.reason}, {@code
 * tidemark.detail}, {@code tidemark.source.topic}, {@code .partition}, {@code .offset}, {@code
 * .timestamp}, {@code tidemark.payload} (original, masked, truncated, withheld), {@code
 * tidemark.bytes} of the original and, where the value is cut and identifies nobody, {@code
 * tidemark.sha256} of the original.
 */
public final class RejectedRecords implements KafkaRecordSerializationSchema<RejectedRecord> {
  private static final long serialVersionUID = 1L;

  private final String topic;

  public RejectedRecords(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      RejectedRecord rejected, KafkaSinkContext context, @Nullable Long timestamp) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, null, null, null, rejected.payload());
    header(record, "tidemark.reason", rejected.reason().label());
    header(record, "tidemark.detail", rejected.detail());
    header(record, "tidemark.source.topic", rejected.source());
    if (rejected.partition() >= 0) {
      header(record, "tidemark.source.partition", Integer.toString(rejected.partition()));
      header(record, "tidemark.source.offset", Long.toString(rejected.position()));
    }
    header(record, "tidemark.source.timestamp", Long.toString(rejected.timestampMillis()));
    header(record, "tidemark.payload", rejected.form().label());
    header(record, "tidemark.bytes", Integer.toString(rejected.originalBytes()));
    if (!rejected.sha256().isEmpty()) {
      header(record, "tidemark.sha256", rejected.sha256());
    }
    return record;
  }

  private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }
}
