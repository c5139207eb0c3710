package io.tidemark.jobs;

import io.tidemark.jobs.FeatureStreams.EntityFeatures;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Upsert;
import io.tidemark.jobs.sink.FeatureJson;
import io.tidemark.jobs.sink.LatestFeatures;
import io.tidemark.jobs.sink.LatestFeaturesOperator;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the latest features of every entity, one compacted topic per feature contract, for
 * consumers other than our own scoring; keeps those of every event in Delta Lake, one table per
 * contract, where a folder for them is named.
 *
 * <pre>{@code
 * flink run -c io.tidemark.jobs.FeatureJob tidemark-jobs.jar \
 *     --feature-contracts customer_spending,terminal_risk --bootstrap-servers localhost:9092
 * }</pre>
 */
public final class FeatureJob {
  private FeatureJob() {}

  public static void main(String[] args) throws Exception {
    JobArguments.run(new FeatureArguments(), args);
  }

  /** Defines the graph. */
  public static void define(
      StreamExecutionEnvironment env,
      FeaturePlan plan,
      FeatureSettings settings,
      Source<Ingested, ?, ?> source,
      FeatureSinks sinks) {
    FeatureStreams streams = FeatureStreams.define(env, plan, settings, source);

    for (EntityFeatures entity : streams.entities()) {
      String name = entity.contract().metadata().name();
      Sink<Upsert> sink = Objects.requireNonNull(sinks.latest().get(name), name);
      latest(plan, entity).sinkTo(sink).uid("sink-latest-" + name).name(name + ": latest features");
      keep(entity, settings.handOver(), sinks.history().entities().get(name));
    }
    if (sinks.vectors() != null) {
      streams.fused().sinkTo(sinks.vectors()).uid("sink-feature-vectors").name("feature vectors");
    }
    streams
        .rejected()
        .sinkTo(sinks.rejected())
        .uid("sink-rejected-records")
        .name("rejected records");
    streams
        .late()
        .ifPresent(
            events -> events.sinkTo(sinks.late()).uid("sink-late-events").name("late events"));
  }

  /**
   * In tasks of their own: a table waits for its file system, what goes to topics does not. An
   * event that lacks a field of the entity has no features to keep, and its id is not known here,
   * so that it may come twice; the topic's operator counts it. The history before the job's topic
   * is not kept again.
   */
  private static void keep(
      EntityFeatures entity, @Nullable HandOver handOver, @Nullable Sink<FeatureVector> table) {
    if (table != null) {
      String name = entity.contract().metadata().name();
      EntityKey key = entity.key();
      entity
          .vectors()
          .filter(
              vector ->
                  !key.isNull(vector.trigger())
                      && (handOver == null || handOver.isLive(vector.trigger().timeMillis())))
          .uid("with-entity-" + name)
          .name(name + ": with entity")
          .sinkTo(table)
          .disableChaining()
          .uid("history-entities-" + name)
          .name("history: entities of " + name);
    }
  }

  private static DataStream<Upsert> latest(FeaturePlan plan, EntityFeatures entity) {
    String name = entity.contract().metadata().name();
    // The operator before has the same key, so that no record need go to another subtask.
    return DataStreamUtils.reinterpretAsKeyedStream(entity.vectors(), entity.key(), Types.STRING)
        .transform(
            name + ": latest by " + String.join(", ", entity.contract().entity()),
            RecordTypeInfo.UPSERT,
            new LatestFeaturesOperator(
                new LatestFeatures(
                    entity.key(),
                    new FeatureJson(plan.schema(), entity.contract(), plan.columns()),
                    entity.retentionMillis())))
        .uid("latest-" + name + "-v" + entity.contract().metadata().version().major());
  }
}
