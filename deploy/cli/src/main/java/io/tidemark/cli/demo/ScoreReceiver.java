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
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Receives scores as any consumer would, until every payment has one. */
final class ScoreReceiver implements Runnable, AutoCloseable {
  /** How soon the end is noticed. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private static final JsonFactory JSON = new JsonFactory();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition rejected;
  private final long events;
  private final Tally tally;
  private final CompletableFuture<?> end;

  private ScoreReceiver(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition rejected,
      long events,
      Tally tally,
      CompletableFuture<?> end) {
    this.consumer = consumer;
    this.rejected = rejected;
    this.events = events;
    this.tally = tally;
    this.end = end;
  }

  /**
   * Connects to the broker and finds its place in both topics, which have one partition.
   *
   * @param rejectedTopic what comes here will never have a score, and fails the demo
   * @param end completed when every payment has its score; receiving stops when it is done
   */
  static ScoreReceiver open(
      String bootstrapServers,
      String scoresTopic,
      String rejectedTopic,
      long events,
      Tally tally,
      CompletableFuture<?> end) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition rejected = new TopicPartition(rejectedTopic, 0);
    List<TopicPartition> partitions = List.of(new TopicPartition(scoresTopic, 0), rejected);
    consumer.assign(partitions);
    partitions.forEach(consumer::position);
    return new ScoreReceiver(consumer, rejected, events, tally, end);
  }

  @Override
  public void run() {
    while (!end.isDone()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
      long receivedNanos = System.nanoTime();
      for (ConsumerRecord<byte[], byte[]> record : records.records(rejected)) {
        throw new IllegalStateException(
            "the job rejected a payment: "
                + text(record, "tidemark.reason")
                + ", "
                + text(record, "tidemark.detail"));
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        count(record.value(), receivedNanos);
      }
      if (tally.scores() == events) {
        end.complete(null);
      }
    }
  }

  /** To be called when {@link #run} has returned. */
  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
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
