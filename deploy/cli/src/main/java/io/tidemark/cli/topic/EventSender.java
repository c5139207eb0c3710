package io.tidemark.cli.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventJson;
import io.tidemark.jobs.event.EventSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends events to the topic of their contract, each as JSON under its id as key: they spread evenly
 * over the partitions, and each partition gets its share in the order they were sent in, once,
 * whatever becomes of the broker meanwhile. Used by one thread.
 */
final class EventSender implements AutoCloseable {
  /** How long a broker may be away. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final EventSchema schema;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  EventSender(String bootstrapServers, EventSchema schema) {
    this.schema = schema;
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            (int) PATIENCE.toMillis(),
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            PATIENCE.toMillis(),
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            1_000);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends without waiting for the broker.
   *
   * @throws IOException if an earlier one was not taken
   */
  void send(Event event) throws IOException {
    throwFailure();
    byte[] key = String.valueOf(EventFields.text(schema, schema.idField(), event)).getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            schema.contract().topic().topic(), key, EventJson.bytes(schema, event));
    var unused =
        producer.send(
            record,
            (written, e) -> {
              if (e == null) {
                delivered.incrementAndGet();
              } else {
                failure.compareAndSet(null, e);
              }
            });
  }

  /** How many the broker has taken so far. */
  long delivered() {
    return delivered.get();
  }

  /** Returns when the broker has taken all of them. */
  void flush() throws IOException {
    producer.flush();
    throwFailure();
  }

  private void throwFailure() throws IOException {
    Exception e = failure.get();
    if (e != null) {
      throw new IOException(
          delivered() + " events were sent, then one was not taken: " + e.getMessage(), e);
    }
  }

  /** Without {@link #flush}, what the broker has not taken yet is given up. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
