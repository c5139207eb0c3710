package io.tidemark.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Receives scores as any consumer would, until every payment has one. */
final class ScoreReceiver implements Runnable {
  /** How soon the end is noticed. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private static final JsonFactory JSON = new JsonFactory();

  private final String bootstrapServers;
  private final String scoresTopic;
  private final String rejectedTopic;
  private final long events;
  private final Tally tally;
  private final CompletableFuture<?> end;

  /**
   * @param rejectedTopic what comes here will never have a score, and fails the demo
   * @param end completed when every payment has its score; receiving stops when it is done
   */
  ScoreReceiver(
      String bootstrapServers,
      String scoresTopic,
      String rejectedTopic,
      long events,
      Tally tally,
      CompletableFuture<?> end) {
    this.bootstrapServers = bootstrapServers;
    this.scoresTopic = scoresTopic;
    this.rejectedTopic = rejectedTopic;
    this.events = events;
    this.tally = tally;
    this.end = end;
  }

  @Override
  public void run() {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          List.of(new TopicPartition(scoresTopic, 0), new TopicPartition(rejectedTopic, 0)));
      while (!end.isDone()) {
        var records = consumer.poll(PATIENCE);
        long receivedNanos = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (record.topic().equals(rejectedTopic)) {
            throw new IllegalStateException(
                "The job rejected a payment: "
                    + text(record, "tidemark.reason")
                    + ", "
                    + text(record, "tidemark.detail"));
          }
          count(record.value(), receivedNanos);
        }
        if (tally.scores() == events) {
          end.complete(null);
        }
      }
    }
  }

  private void count(byte[] value, long receivedNanos) {
    String id = "";
    double score = Double.NaN;
    boolean degraded = false;
    try (JsonParser json = JSON.createParser(value)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        switch (name) {
          case "event_id" -> id = json.getText();
          case "score" -> score = token.isNumeric() ? json.getDoubleValue() : Double.NaN;
          case "degraded" -> degraded = json.getBooleanValue();
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A score is not what it should be", e);
    }
    tally.scored(id, score, degraded, receivedNanos);
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
