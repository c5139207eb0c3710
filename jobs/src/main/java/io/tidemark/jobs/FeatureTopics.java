package io.tidemark.jobs;

import io.tidemark.contract.FeatureContract;
import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.Upsert;
import io.tidemark.jobs.sink.UpsertRecords;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.jspecify.annotations.Nullable;

/**
 * A feature job's ends on Kafka: the contracts' topic in; the latest features of each contract,
 * rejected records and late events out.
 */
public record FeatureTopics(KafkaConnection kafka) {
  /** The compacted topic of a contract's features. */
  public static String topic(FeatureContract contract) {
    return contract.metadata().name() + "_features";
  }

  public Source<Ingested, ?, ?> source(FeaturePlan plan) {
    return source(plan, null);
  }

  /** The topic behind a history, if there is one. */
  public Source<Ingested, ?, ?> source(FeaturePlan plan, @Nullable EventHistory history) {
    return kafka.source(plan.schema(), history);
  }

  public FeatureSinks sinks(FeaturePlan plan) {
    Map<String, Sink<Upsert>> latest = new HashMap<>();
    for (FeatureContract contract : plan.contracts()) {
      String topic = topic(contract);
      latest.put(contract.metadata().name(), kafka.sink(topic, new UpsertRecords(topic)));
    }
    return new FeatureSinks(null, latest, kafka.rejected(plan.schema()), kafka.late(plan.schema()));
  }
}
