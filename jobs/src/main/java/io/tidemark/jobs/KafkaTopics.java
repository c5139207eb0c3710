package io.tidemark.jobs;

import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.sink.ScoreRecords;
import org.apache.flink.connector.kafka.source.KafkaSource;

/**
 * A scoring job's ends on Kafka: the contract's topic in; scores, rejected records and late events
 * out.
 *
 * @param scoresTopic where scores go
 */
public record KafkaTopics(KafkaConnection kafka, String scoresTopic) {
  /** Ends that write at least once. */
  public KafkaTopics(
      String bootstrapServers, String groupId, String scoresTopic, boolean untilLatest) {
    this(
        new KafkaConnection(bootstrapServers, groupId, untilLatest, KafkaDelivery.atLeastOnce()),
        scoresTopic);
  }

  public KafkaSource<Ingested> source(ScoringPlan plan) {
    return kafka.source(plan.schema());
  }

  public ScoringSinks sinks(ScoringPlan plan) {
    EventSchema schema = plan.schema();
    return new ScoringSinks(
        null,
        kafka.sink(
            "scores", new ScoreRecords(schema, scoresTopic, plan.model(), plan.contractVersions())),
        kafka.rejected(schema),
        kafka.late(schema));
  }
}
