package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes to and reads from the topics of a broker. */
final class Topics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaConsumer<byte[], byte[]> committed;

  Topics(String bootstrapServers) {
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "max.block.ms",
                PATIENCE.toMillis(),
                "max.request.size",
                1_048_576),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer = consumer(bootstrapServers, "read_uncommitted");
    this.committed = consumer(bootstrapServers, "read_committed");
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      String bootstrapServers, String isolationLevel) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolationLevel),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Sends without waiting. */
  Future<RecordMetadata> send(String topic, int partition, byte @Nullable [] value) {
    return producer.send(new ProducerRecord<>(topic, partition, null, value));
  }

  /** Sends in order and returns the offset of each when all have arrived. */
  List<Long> sendAll(String topic, int partition, List<byte @Nullable []> values) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (byte[] value : values) {
      sent.add(send(topic, partition, value));
    }
    List<Long> offsets = new ArrayList<>();
    for (Future<RecordMetadata> record : sent) {
      offsets.add(record.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).offset());
    }
    return offsets;
  }

  long size(String topic) {
    return consumer.endOffsets(partitions(topic)).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Everything that is in a topic now, of open and of aborted transactions too. */
  List<ConsumerRecord<byte[], byte[]>> readAll(String topic) {
    return readAll(topic, consumer);
  }

  /** Everything that is in a topic for good. */
  List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
    return readAll(topic, committed);
  }

  private List<ConsumerRecord<byte[], byte[]>> readAll(
      String topic, KafkaConsumer<byte[], byte[]> by) {
    List<TopicPartition> partitions = partitions(topic);
    by.assign(partitions);
    by.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = by.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (ends.entrySet().stream().anyMatch(end -> by.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError("Topic " + topic + " was not read to its end");
      }
      by.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return records;
  }

  private List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic, PATIENCE).stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
    committed.close();
    producer.close(Duration.ofSeconds(5));
  }
}
