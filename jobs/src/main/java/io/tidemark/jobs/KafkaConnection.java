package io.tidemark.jobs;

import io.tidemark.jobs.event.EndingSource;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.KafkaEventDeserializer;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.sink.LateEvents;
import io.tidemark.jobs.sink.RejectedRecords;
import io.tidemark.jobs.sink.TransactionalSink;
import java.time.Clock;
import org.apache.flink.api.connector.sink2.Sink;
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
import org.jspecify.annotations.Nullable;

/**
 * How a job reads from and writes to Kafka.
 *
 * @param bootstrapServers brokers as {@code host:port,…}
 * @param groupId consumer group: a start without a savepoint goes on from its offsets, else from
 *     the beginning of the topic; behind a history, from the records of the hand-over
 * @param untilLatest whether the job ends at the offsets that are the latest when it starts
 * @param delivery of all sinks
 */
public record KafkaConnection(
    String bootstrapServers, String groupId, boolean untilLatest, KafkaDelivery delivery) {

  /**
   * The events of a contract's topic, none of an aborted transaction among them.
   *
   * @param history what is read before the topic; null for nothing
   */
  Source<Ingested, ?, ?> source(EventSchema schema, @Nullable EventHistory history) {
    KafkaSource<Ingested> topic = topic(schema, history == null ? null : history.end());
    if (untilLatest) {
      EndingSource<Ingested, ?, ?> ending = new EndingSource<>(topic);
      return history == null ? ending : history.before(ending);
    }
    return history == null ? topic : history.before(topic);
  }

  @SuppressWarnings("deprecation") // The connector asks for the client's deprecated enum.
  private KafkaSource<Ingested> topic(EventSchema schema, @Nullable HandOver start) {
    KafkaSourceBuilder<Ingested> source =
        KafkaSource.<Ingested>builder()
            .setBootstrapServers(bootstrapServers)
            .setGroupId(groupId)
            .setTopics(schema.contract().topic().topic())
            .setStartingOffsets(
                start == null
                    ? OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST)
                    : OffsetsInitializer.timestamp(earliestRecordMillis(schema, start)))
            .setDeserializer(new KafkaEventDeserializer(schema, Clock.systemUTC(), start))
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return (untilLatest ? source.setBounded(OffsetsInitializer.latest()) : source).build();
  }

  /**
   * No record before this one holds an event from the hand-over on: an event reaches the topic when
   * it has happened, but for clocks that go ahead by what the contract allows.
   */
  private static long earliestRecordMillis(EventSchema schema, HandOver start) {
    return Math.max(0, start.at().minus(schema.contract().time().maxAhead()).toEpochMilli());
  }

  Sink<RejectedRecord> rejected(EventSchema schema) {
    return sink("rejected", new RejectedRecords(schema.contract().deadLetter().topic()));
  }

  Sink<Event> late(EventSchema schema) {
    return sink("late", new LateEvents(schema));
  }

  /**
   * @param name unique among the job's sinks, the same in every release
   */
  <T> Sink<T> sink(String name, KafkaRecordSerializationSchema<T> records) {
    KafkaSinkBuilder<T> sink =
        KafkaSink.<T>builder()
            .setBootstrapServers(bootstrapServers)
            .setRecordSerializer(records)
            // What a scorer's batch brings comes within this time; the client's default is 5.
            .setProperty(ProducerConfig.LINGER_MS_CONFIG, "1");
    delivery.configure(sink, name);
    return delivery.isExactlyOnce()
        ? new TransactionalSink<>(sink.build(), bootstrapServers)
        : sink.build();
  }
}
