package io.tidemark.jobs;

import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.KafkaEventDeserializer;
import io.tidemark.jobs.sink.DriftRecords;
import io.tidemark.jobs.sink.LateEvents;
import io.tidemark.jobs.sink.RejectedRecords;
import io.tidemark.jobs.sink.ScoreRecords;
import java.time.Clock;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * A scoring job's ends on Kafka: the contract's topic in; scores, rejected records, late events and
 * reports of drift out, each at least once.
 *
 * @param bootstrapServers brokers as {@code host:port,…}
 * @param groupId consumer group: a start without a savepoint goes on from its offsets, else from
 *     the beginning of the topic
 * @param scoresTopic where scores go
 * @param driftTopic where reports of drift go; null where metrics and the log are enough
 * @param untilLatest whether the job ends at the offsets that are the latest when it starts
 */
public record KafkaTopics(
    String bootstrapServers,
    String groupId,
    String scoresTopic,
    @Nullable String driftTopic,
    boolean untilLatest) {

  /** Without reports of drift. */
  public KafkaTopics(
      String bootstrapServers, String groupId, String scoresTopic, boolean untilLatest) {
    this(bootstrapServers, groupId, scoresTopic, null, untilLatest);
  }

  @SuppressWarnings("deprecation") // The connector asks for the client's deprecated enum.
  public KafkaSource<Ingested> source(ScoringPlan plan) {
    EventSchema schema = plan.schema();
    KafkaSourceBuilder<Ingested> source =
        KafkaSource.<Ingested>builder()
            .setBootstrapServers(bootstrapServers)
            .setGroupId(groupId)
            .setTopics(schema.contract().topic().topic())
            .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
            .setDeserializer(new KafkaEventDeserializer(schema, Clock.systemUTC()));
    if (untilLatest) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return source.build();
  }

  public ScoringSinks sinks(ScoringPlan plan) {
    EventSchema schema = plan.schema();
    return new ScoringSinks(
        null,
        sink(new ScoreRecords(schema, scoresTopic, plan.model(), plan.contractVersions())),
        sink(new RejectedRecords(schema.contract().deadLetter().topic())),
        sink(new LateEvents(schema)),
        driftTopic == null ? null : sink(new DriftRecords(driftTopic)));
  }

  private <T> KafkaSink<T> sink(KafkaRecordSerializationSchema<T> records) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(bootstrapServers)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(records)
        // Under load records gather while a request is under way; alone, one need not wait.
        .setProperty(ProducerConfig.LINGER_MS_CONFIG, "0")
        .build();
  }
}
