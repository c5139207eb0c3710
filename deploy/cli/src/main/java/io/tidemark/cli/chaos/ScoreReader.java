package io.tidemark.cli.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.cli.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the scores' topic from its beginning in a thread of its own and keeps a ledger of it. A
 * broker that is away is waited for.
 */
final class ScoreReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Payments payments;
  private final Ledger ledger;
  private final List<TopicPartition> partitions;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile @Nullable Map<TopicPartition, Long> until;
  private volatile boolean closed;

  private ScoreReader(
      Ledger ledger,
      Payments payments,
      List<TopicPartition> partitions,
      KafkaConsumer<byte[], byte[]> consumer) {
    this.ledger = ledger;
    this.payments = payments;
    this.partitions = partitions;
    this.consumer = consumer;
  }

  /**
   * @param place what the account is headed with
   * @param isolation Kafka's {@code read_committed} or {@code read_uncommitted}
   */
  static ScoreReader start(
      String place, String isolation, String bootstrapServers, String topic, Payments payments)
      throws IOException, InterruptedException {
    List<TopicPartition> partitions = new Topics(bootstrapServers).partitions(topic);
    ScoreReader reader =
        new ScoreReader(
            new Ledger(place, payments),
            payments,
            partitions,
            consumer(bootstrapServers, isolation));
    Thread thread = new Thread(reader::run, "reader: " + place);
    thread.setDaemon(true);
    thread.start();
    return reader;
  }

  /** Where the topic ends, committed or not. */
  static Map<TopicPartition, Long> ends(String bootstrapServers, String topic)
      throws IOException, InterruptedException {
    List<TopicPartition> partitions = new Topics(bootstrapServers).partitions(topic);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "read_uncommitted")) {
      return consumer.endOffsets(partitions);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String isolation) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            isolation,
            ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            1_000);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  Ledger ledger() {
    return ledger;
  }

  private void run() {
    try (consumer) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed && !isAtEnd()) {
        for (ConsumerRecord<byte[], byte[]> score : consumer.poll(POLL)) {
          add(score);
        }
      }
      end.complete(null);
    } catch (IOException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  private boolean isAtEnd() {
    Map<TopicPartition, Long> offsets = until;
    return offsets != null
        && partitions.stream()
            .allMatch(
                partition -> consumer.position(partition) >= offsets.getOrDefault(partition, 0L));
  }

  private void add(ConsumerRecord<byte[], byte[]> record) throws IOException {
    JsonNode score = JSON.readTree(record.value());
    double value = score.path("score").isNull() ? Double.NaN : score.path("score").asDouble();
    boolean ordinary = !score.path("degraded").asBoolean() && !score.path("late").asBoolean();
    ledger.add(
        new String(record.key(), UTF_8), payment -> ordinary && payments.isScore(payment, value));
  }

  /**
   * Returns when it has read up to there.
   *
   * @throws IOException if it does not get there in time: a transaction is open, then
   */
  Ledger.Account readUntil(Map<TopicPartition, Long> offsets, Duration patience)
      throws IOException, InterruptedException {
    until = offsets;
    try {
      end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      Ledger.Account account = ledger.account();
      throw new IOException(
          account.place()
              + ": after "
              + patience.toSeconds()
              + " s the reader has "
              + account.records()
              + " records and is not at the end "
              + offsets
              + ": a transaction is still open",
          e);
    } catch (ExecutionException e) {
      throw new IOException("the scores cannot be read: " + e.getCause().getMessage(), e);
    }
    return ledger.account();
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
  }
}
