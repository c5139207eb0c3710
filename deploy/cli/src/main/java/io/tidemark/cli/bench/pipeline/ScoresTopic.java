package io.tidemark.cli.bench.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A job's scores as a consumer sees them. Not thread-safe. */
final class ScoresTopic implements Closeable {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final String DEGRADED = "\"degraded\":true";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  ScoresTopic(String bootstrapServers, String topic, int partitionCount) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partitions =
        IntStream.range(0, partitionCount).mapToObj(i -> new TopicPartition(topic, i)).toList();
    consumer.assign(partitions);
  }

  /** How many scores were written. */
  long size() {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  /** What comes from now on is received. */
  void skip() {
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /**
   * Receives the scores of payments that are sent on a schedule, until all have come.
   *
   * @param firstId of the schedule; the id of a payment is its number
   * @param endNanos by when the last must have come
   */
  Latencies receive(long firstId, Schedule schedule, long endNanos) {
    Latencies latencies = new Latencies(schedule);
    int received = 0;
    while (received < schedule.payments()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      long nowNanos = System.nanoTime();
      if (nowNanos - endNanos > 0) {
        throw new IllegalStateException(
            "only " + received + " of " + schedule.payments() + " payments were scored in time");
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        long index = Long.parseLong(new String(record.key(), ISO_8859_1)) - firstId;
        received++;
        latencies.received(
            index, nowNanos, new String(record.value(), ISO_8859_1).contains(DEGRADED));
      }
    }
    return latencies;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
