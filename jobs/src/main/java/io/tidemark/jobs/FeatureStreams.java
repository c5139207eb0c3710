package io.tidemark.jobs;

import io.tidemark.contract.EventTime;
import io.tidemark.contract.FeatureContract;
import io.tidemark.jobs.event.AcceptEvents;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.EventWatermarks;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.feature.RowFeatures;
import io.tidemark.jobs.feature.WindowedFeatures;
import io.tidemark.jobs.join.FeatureFusionOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * What every job begins with: events are read and accepted, and the vector of each passes one keyed
 * operator per entity.
 *
 * @param fused vectors with the features of all entities
 * @param entities the same vectors behind each of those operators, in order
 * @param rejected records that are no events, and duplicates
 * @param late events behind the watermark; empty where no feature depends on time
 */
record FeatureStreams(
    SingleOutputStreamOperator<FeatureVector> fused,
    List<EntityFeatures> entities,
    DataStream<RejectedRecord> rejected,
    Optional<DataStream<Event>> late) {
  /** How long a vector may wait on its way to the next entity's operator for others to join it. */
  private static final long LIVE_BUFFER_TIMEOUT_MILLIS = 2;

  /**
   * @param vectors partitioned by the key, with the contract's features filled in
   * @param retentionMillis how long after a key's last event its features can differ from those of
   *     a key without events
   */
  record EntityFeatures(
      FeatureContract contract,
      EntityKey key,
      SingleOutputStreamOperator<FeatureVector> vectors,
      long retentionMillis) {}

  static FeatureStreams define(
      StreamExecutionEnvironment env,
      FeaturePlan plan,
      FeatureSettings settings,
      Source<Ingested, ?, ?> source) {
    configure(env, settings);
    EventSchema schema = plan.schema();
    String event = schema.contract().metadata().name();

    SingleOutputStreamOperator<FeatureVector> accepted =
        env.fromSource(
                source,
                watermarks(schema.contract().time(), source.getBoundedness(), settings.handOver()),
                event + ": read",
                RecordTypeInfo.INGESTED)
            // Each kind of source has a state of its own.
            .uid((settings.handOver() == null ? "source-" : "source-after-history-") + event)
            .process(new AcceptEvents(event, plan.columns()))
            .returns(RecordTypeInfo.FEATURE_VECTOR)
            .uid("accept-" + event)
            .name(event + ": accept");
    DataStream<RejectedRecord> rejected = accepted.getSideOutput(AcceptEvents.REJECTED);
    List<DataStream<Event>> late = new ArrayList<>();
    List<EntityFeatures> entities = new ArrayList<>();

    SingleOutputStreamOperator<FeatureVector> vectors =
        accepted
            .map(new RowFeatures(plan.columns(), plan.contracts(), schema))
            .returns(RecordTypeInfo.FEATURE_VECTOR)
            .uid("row-features-" + event)
            .name(event + ": row features");

    for (EntityState state : plan.states()) {
      WindowedFeatures features = plan.features(state);
      if (features == null) {
        continue;
      }
      EntityKey key = new EntityKey(schema, state.entity());
      if (settings.live()) {
        vectors.setBufferTimeout(LIVE_BUFFER_TIMEOUT_MILLIS);
      }
      vectors =
          vectors
              .keyBy(key)
              .transform(
                  state.name() + ": features by " + String.join(", ", state.entity()),
                  RecordTypeInfo.FEATURE_VECTOR,
                  new FeatureFusionOperator(
                      schema,
                      plan.columns(),
                      settings.order(),
                      settings.handOver(),
                      settings.coveredSince(),
                      key,
                      features,
                      settings.cacheBytes()))
              .uid(state.uid(event));
      // Where there is no state under the uid, Flink looks for that of the first releases.
      vectors.setUidHash(state.legacyIds().get(0));
      for (FeatureContract contract : state.contracts()) {
        entities.add(new EntityFeatures(contract, key, vectors, features.retentionMillis()));
      }
      rejected = rejected.union(vectors.getSideOutput(FeatureFusionOperator.DUPLICATES));
      late.add(vectors.getSideOutput(FeatureFusionOperator.LATE));
    }
    return new FeatureStreams(vectors, entities, rejected, late.stream().reduce(DataStream::union));
  }

  private static EventWatermarks watermarks(
      EventTime time, Boundedness boundedness, @Nullable HandOver handOver) {
    EventWatermarks watermarks =
        boundedness == Boundedness.BOUNDED
            ? EventWatermarks.bounded(time)
            : new EventWatermarks(time);
    return handOver == null ? watermarks : watermarks.after(handOver);
  }

  /** What correctness needs; everything else is Flink's own configuration. */
  private static void configure(StreamExecutionEnvironment env, FeatureSettings settings) {
    Configuration required = new Configuration();
    required.set(PipelineOptions.OBJECT_REUSE, true);
    required.set(PipelineOptions.GENERIC_TYPES, false);
    required.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    // With timers on the heap RocksDB writes them where keyed operators write what waits in them.
    required.setString("state.backend.rocksdb.timer-service.factory", "ROCKSDB");
    env.configure(required);
    env.setMaxParallelism(ScoringJob.MAX_PARALLELISM);
    if (settings.order() == EventOrder.BATCH) {
      env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    } else {
      env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    }
  }
}
