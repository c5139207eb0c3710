package io.tidemark.jobs;

import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.sink.DriftRecords;
import io.tidemark.jobs.sink.ScoreRecords;
import org.apache.flink.api.connector.source.Source;
import org.jspecify.annotations.Nullable;

/**
 * A scoring job's ends on Kafka: the contract's topic in; scores, rejected records, late events and
 * reports of drift out.
 *
 * @param scoresTopic where scores go
 * @param driftTopic where reports of drift go; null where metrics and the log are enough
 */
public record KafkaTopics(KafkaConnection kafka, String scoresTopic, @Nullable String driftTopic) {
  /** Ends that write at least once, without reports of drift. */
  public KafkaTopics(
      String bootstrapServers, String groupId, String scoresTopic, boolean untilLatest) {
    this(
        new KafkaConnection(bootstrapServers, groupId, untilLatest, KafkaDelivery.atLeastOnce()),
        scoresTopic,
        null);
  }

  public Source<Ingested, ?, ?> source(ScoringPlan plan) {
    return source(plan, null);
  }

  /** The topic behind a history, if there is one. */
  public Source<Ingested, ?, ?> source(ScoringPlan plan, @Nullable EventHistory history) {
    return kafka.source(plan.schema(), history);
  }

  public ScoringSinks sinks(ScoringPlan plan) {
    EventSchema schema = plan.schema();
    return new ScoringSinks(
        null,
        kafka.sink(
            "scores", new ScoreRecords(schema, scoresTopic, plan.model(), plan.contractVersions())),
        kafka.rejected(schema),
        kafka.late(schema),
        driftTopic == null ? null : kafka.sink("drift", new DriftRecords(driftTopic)));
  }
}
