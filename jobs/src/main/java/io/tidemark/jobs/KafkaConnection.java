package io.tidemark.jobs;

import io.tidemark.jobs.event.EndingSource;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.KafkaEventDeserializer;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.sink.LateEvents;
import io.tidemark.jobs.sink.RejectedRecords;
import java.time.Clock;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How a job reads from and writes to Kafka.
 *
 * @param bootstrapServers brokers as {@code host:port,…}
 * @param groupId consumer group: a start without a savepoint goes on from its offsets, else from
 *     the beginning of the topic
 * @param untilLatest whether the job ends at the offsets that are the latest when it starts
 * @param delivery of all sinks
 */
public record KafkaConnection(
    String bootstrapServers, String groupId, boolean untilLatest, KafkaDelivery delivery) {

  /** The events of a contract's topic, none of an aborted transaction among them. */
  @SuppressWarnings("deprecation") // The connector asks for the client's deprecated enum.
  Source<Ingested, ?, ?> source(EventSchema schema) {
    KafkaSourceBuilder<Ingested> source =
        KafkaSource.<Ingested>builder()
            .setBootstrapServers(bootstrapServers)
            .setGroupId(groupId)
            .setTopics(schema.contract().topic().topic())
            .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
            .setDeserializer(new KafkaEventDeserializer(schema, Clock.systemUTC()))
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return untilLatest
        ? new EndingSource<>(source.setBounded(OffsetsInitializer.latest()).build())
        : source.build();
  }

  KafkaSink<RejectedRecord> rejected(EventSchema schema) {
    return sink("rejected", new RejectedRecords(schema.contract().deadLetter().topic()));
  }

  KafkaSink<Event> late(EventSchema schema) {
    return sink("late", new LateEvents(schema));
  }

  /**
   * @param name unique among the job's sinks, the same in every release
   */
  <T> KafkaSink<T> sink(String name, KafkaRecordSerializationSchema<T> records) {
    KafkaSinkBuilder<T> sink =
        KafkaSink.<T>builder()
            .setBootstrapServers(bootstrapServers)
            .setRecordSerializer(records)
            // What a scorer's batch brings comes within this time; the client's default is 5.
            .setProperty(ProducerConfig.LINGER_MS_CONFIG, "1");
    delivery.configure(sink, name);
    return sink.build();
  }
}
