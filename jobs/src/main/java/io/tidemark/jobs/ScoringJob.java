package io.tidemark.jobs;

import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.drift.DriftCounter;
import io.tidemark.jobs.drift.DriftMerger;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.AcceptEvents;
import io.tidemark.jobs.event.DriftCounts;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.EventWatermarks;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.SortedVectors;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.RowFeatures;
import io.tidemark.jobs.feature.WindowedFeatures;
import io.tidemark.jobs.join.FeatureFusionOperator;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.jobs.score.OnnxScoringFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Scores every trigger event: its own fields, the features of each entity the model names as of the
 * event, the model's answer.
 *
 * <pre>{@code
 * flink run -c io.tidemark.jobs.ScoringJob tidemark-jobs.jar \
 *     --model card_fraud --bootstrap-servers localhost:9092
 * }</pre>
 */
public final class ScoringJob {
  /** Keys are spread over this many groups; it can never change for a job with state. */
  public static final int MAX_PARALLELISM = 128;

  private static final long LIVE_BUFFER_TIMEOUT_MILLIS = 2;

  private ScoringJob() {}

  public static void main(String[] args) throws Exception {
    ScoringArguments.run(args);
  }

  /**
   * Defines the graph.
   *
   * @param model the bytes of the model file; read only if scores are wanted
   */
  public static void define(
      StreamExecutionEnvironment env,
      ScoringPlan plan,
      byte[] model,
      ScoringSettings settings,
      Source<Ingested, ?, ?> source,
      ScoringSinks sinks)
      throws InvalidModelException {
    configure(env, settings);
    EventSchema schema = plan.schema();
    String event = schema.contract().metadata().name();
    VectorColumns columns = VectorColumns.of(plan.model());

    SingleOutputStreamOperator<FeatureVector> accepted =
        env.fromSource(
                source,
                new EventWatermarks(schema.contract().time()),
                event + ": read",
                RecordTypeInfo.INGESTED)
            .uid("source-" + event)
            .process(new AcceptEvents(event, columns))
            .returns(RecordTypeInfo.FEATURE_VECTOR)
            .uid("accept-" + event)
            .name(event + ": accept");
    DataStream<RejectedRecord> rejected = accepted.getSideOutput(AcceptEvents.REJECTED);
    List<DataStream<Event>> late = new ArrayList<>();

    SingleOutputStreamOperator<FeatureVector> vectors =
        accepted
            .map(new RowFeatures(plan.model(), plan.contracts(), schema))
            .returns(RecordTypeInfo.FEATURE_VECTOR)
            .uid("row-features-" + event)
            .name(event + ": row features");

    for (FeatureContract contract : plan.contracts()) {
      WindowedFeatures features = WindowedFeatures.of(plan.model(), contract, schema);
      if (features == null) {
        continue;
      }
      EntityKey key = new EntityKey(schema, contract.entity());
      String name = contract.metadata().name();
      vectors =
          vectors
              .keyBy(key)
              .transform(
                  name + ": features by " + String.join(", ", contract.entity()),
                  RecordTypeInfo.FEATURE_VECTOR,
                  new FeatureFusionOperator(
                      schema,
                      columns,
                      settings.order(),
                      settings.coveredSince(),
                      key,
                      features,
                      settings.cacheBytes()))
              .uid("features-" + name + "-v" + contract.metadata().version().major());
      rejected = rejected.union(vectors.getSideOutput(FeatureFusionOperator.DUPLICATES));
      late.add(vectors.getSideOutput(FeatureFusionOperator.LATE));
    }

    if (settings.sorted()) {
      vectors =
          vectors
              .keyBy(SortedVectors.ONE_KEY)
              .transform(
                  "sort",
                  RecordTypeInfo.FEATURE_VECTOR,
                  new SortedVectors(schema, columns, settings.order()))
              .setParallelism(1)
              .uid("sort-" + event);
    }
    if (sinks.vectors() != null) {
      write(vectors, sinks.vectors(), "feature vectors", settings);
    }
    if (sinks.scores() != null) {
      DataStream<Score> scores = score(vectors, plan.model(), model, settings);
      write(scores, sinks.scores(), "scores", settings);
      if (settings.drift() != null) {
        watchDrift(scores, plan.model().metadata().name(), settings.drift(), settings, sinks);
      }
    }
    write(rejected, sinks.rejected(), "rejected records", settings);
    late.stream()
        .reduce(DataStream::union)
        .ifPresent(events -> write(events, sinks.late(), "late events", settings));
  }

  private static DataStream<Score> score(
      SingleOutputStreamOperator<FeatureVector> vectors,
      ModelContract contract,
      byte[] model,
      ScoringSettings settings)
      throws InvalidModelException {
    String name = contract.metadata().name();
    // Time-outs are the batcher's own: a timer per record costs half the throughput.
    SingleOutputStreamOperator<Score> scores =
        AsyncDataStream.orderedWait(
                vectors,
                new OnnxScoringFunction(contract, model, settings.provider(), settings.deadline()),
                0,
                TimeUnit.MILLISECONDS,
                OnnxScoringFunction.capacity(contract))
            .returns(RecordTypeInfo.SCORE)
            .uid("score-" + name)
            .name(name + ": score");
    return settings.sorted() ? scores.setParallelism(1) : scores;
  }

  private static void watchDrift(
      DataStream<Score> scores,
      String model,
      DriftSettings drift,
      ScoringSettings settings,
      ScoringSinks sinks) {
    SingleOutputStreamOperator<DriftCounts> counts =
        scores
            .transform(
                model + ": count drift", RecordTypeInfo.DRIFT_COUNTS, new DriftCounter(drift))
            .uid("drift-counts-" + model);
    if (settings.sorted()) {
      counts.setParallelism(1);
    }
    SingleOutputStreamOperator<DriftReport> reports =
        counts
            .transform(model + ": drift", RecordTypeInfo.DRIFT_REPORT, new DriftMerger(drift))
            .setParallelism(1)
            .uid("drift-" + model);
    if (sinks.drift() != null) {
      reports.sinkTo(sinks.drift()).setParallelism(1).uid("sink-drift").name("drift reports");
    }
  }

  private static <T> void write(
      DataStream<T> records, Sink<T> sink, String name, ScoringSettings settings) {
    var written = records.sinkTo(sink).uid("sink-" + name.replace(' ', '-')).name(name);
    if (settings.sorted()) {
      written.setParallelism(1);
    }
  }

  /** What correctness needs; everything else is Flink's own configuration. */
  private static void configure(StreamExecutionEnvironment env, ScoringSettings settings) {
    Configuration required = new Configuration();
    required.set(PipelineOptions.OBJECT_REUSE, true);
    required.set(PipelineOptions.GENERIC_TYPES, false);
    required.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    // With timers on the heap RocksDB writes them where keyed operators write what waits in them.
    required.setString("state.backend.rocksdb.timer-service.factory", "ROCKSDB");
    env.configure(required);
    env.setMaxParallelism(MAX_PARALLELISM);
    if (settings.order() == EventOrder.BATCH) {
      env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    } else {
      env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    }
    if (settings.deadline()) {
      env.setBufferTimeout(LIVE_BUFFER_TIMEOUT_MILLIS);
    }
  }
}
