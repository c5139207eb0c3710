package io.tidemark.jobs;

import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.DriftRecords;
import io.tidemark.jobs.sink.ScoreRecords;
import org.apache.flink.api.connector.sink2.Sink;
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
        null, scores("scores", plan), kafka.rejected(schema), kafka.late(schema), drift("drift"));
  }

  /** One more model of the job, whose scores and reports go to these topics. */
  FurtherModel further(
      ScoringPlan plan, ServedModel model, @Nullable DriftSettings drift, ScoringHistory history) {
    return new FurtherModel(
        plan,
        model,
        drift,
        scores("scores-" + plan.id(), plan),
        drift("drift-" + plan.id()),
        history);
  }

  private Sink<Score> scores(String name, ScoringPlan plan) {
    return kafka.sink(
        name, new ScoreRecords(plan.schema(), scoresTopic, plan.model(), plan.contractVersions()));
  }

  private @Nullable Sink<DriftReport> drift(String name) {
    return driftTopic == null ? null : kafka.sink(name, new DriftRecords(driftTopic));
  }
}
