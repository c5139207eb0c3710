package io.tidemark.jobs.sink;

import io.tidemark.jobs.event.Upsert;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Upserts on a compacted topic; a key is always in the same partition. */
public final class UpsertRecords implements KafkaRecordSerializationSchema<Upsert> {
  private static final long serialVersionUID = 1L;

  private final String topic;

  public UpsertRecords(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Upsert upsert, KafkaSinkContext context, @Nullable Long timestamp) {
    return new ProducerRecord<>(topic, upsert.key(), upsert.value());
  }
}
