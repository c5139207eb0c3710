package io.tidemark.cli.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The values of a topic's records, from the beginning on, as lines.
 *
 * @param committedOnly whether records of transactions count only when these are committed
 * @param untilIdle ends when no record has come for so long; null: never
 * @param most ends after so many records
 */
public record TopicLines(
    String topic, boolean committedOnly, @Nullable Duration untilIdle, long most) {
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * @throws IllegalArgumentException with the option's name first, if a value is out of bounds
   */
  public TopicLines {
    if (most < 1) {
      throw new IllegalArgumentException("max must be at least 1, but is " + most);
    }
    if (untilIdle != null && (untilIdle.isNegative() || untilIdle.isZero())) {
      throw new IllegalArgumentException(
          "until-idle must be longer than zero, but is " + untilIdle);
    }
  }

  /**
   * Writes them; returns how many when it has come to its end, or when nobody reads them any more.
   */
  public long print(String bootstrapServers, PrintWriter out)
      throws IOException, InterruptedException {
    List<TopicPartition> partitions = new Topics(bootstrapServers).partitions(topic);
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            committedOnly ? "read_committed" : "read_uncommitted");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long count = 0;
      long lastNanos = System.nanoTime();
      while (count < most && !out.checkError()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (count == most) {
            break;
          }
          out.println(record.value() == null ? "null" : new String(record.value(), UTF_8));
          count++;
          lastNanos = System.nanoTime();
        }
        if (untilIdle != null && System.nanoTime() - lastNanos > untilIdle.toNanos()) {
          break;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      out.flush();
      return count;
    }
  }
}
