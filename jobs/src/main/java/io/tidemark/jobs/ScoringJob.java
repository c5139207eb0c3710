package io.tidemark.jobs;

import io.tidemark.jobs.drift.DriftCounter;
import io.tidemark.jobs.drift.DriftMerger;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.DriftCounts;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.SelectColumns;
import io.tidemark.jobs.event.SortedVectors;
import io.tidemark.jobs.score.AsynchronousScoring;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.jobs.score.ScoringModels;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.score.SynchronousScoring;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

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

  private ScoringJob() {}

  public static void main(String[] args) throws Exception {
    try {
      // Before any class is loaded that needs them.
      ClusterLibraries.requireForScoring(
          StreamExecutionEnvironment.class.getClassLoader(), ScoringJob.class.getClassLoader());
    } catch (SubmissionRefusedException e) {
      throw new ProgramParametrizationException(e.getMessage());
    }
    JobArguments.run(new ScoringArguments(), args);
  }

  /**
   * Defines the graph of a job with one model.
   *
   * @param model with the files that its contract names; read only if scores are wanted
   */
  public static void define(
      StreamExecutionEnvironment env,
      ScoringPlan plan,
      ServedModel model,
      ScoringSettings settings,
      Source<Ingested, ?, ?> source,
      ScoringSinks sinks)
      throws InvalidModelException {
    define(env, plan, model, List.of(), settings, source, sinks);
  }

  /**
   * Defines the graph. Features of all models are computed once; behind them each model has
   * operators of its own, so that none waits for another.
   *
   * @param model with the files that its contract names; read only if scores are wanted
   * @param further models beside it, whose plans were made with its own
   */
  public static void define(
      StreamExecutionEnvironment env,
      ScoringPlan plan,
      ServedModel model,
      List<FurtherModel> further,
      ScoringSettings settings,
      Source<Ingested, ?, ?> source,
      ScoringSinks sinks)
      throws InvalidModelException {
    EventSchema schema = plan.schema();
    String event = schema.contract().metadata().name();
    FeaturePlan features =
        ScoringPlan.features(
            Stream.concat(Stream.of(plan), further.stream().map(FurtherModel::plan)).toList());
    FeatureStreams streams = FeatureStreams.define(env, features, settings.features(), source);
    SingleOutputStreamOperator<FeatureVector> all =
        live(streams.fused(), settings.features().handOver(), event);

    if (settings.sorted()) {
      all =
          all.keyBy(SortedVectors.ONE_KEY)
              .transform(
                  "sort",
                  RecordTypeInfo.FEATURE_VECTOR,
                  new SortedVectors(schema, features.columns(), settings.features().order()))
              .setParallelism(1)
              .uid("sort-" + event);
    }
    SingleOutputStreamOperator<FeatureVector> vectors = select(all, features, plan, settings);
    if (sinks.vectors() != null) {
      write(vectors, sinks.vectors(), "feature vectors", settings);
    }
    ScoringHistory history = sinks.history();
    if (sinks.scores() == null) {
      if (history.keepsVectors()) {
        keepVectors(aside(vectors, RecordTypeInfo.FEATURE_VECTOR, plan.id()), plan, history);
      }
    } else {
      DataStream<Score> scores = score(vectors, plan, model, settings);
      write(scores, sinks.scores(), "scores", settings);
      if (!history.equals(ScoringHistory.NONE)) {
        keepScores(aside(scores, RecordTypeInfo.SCORE, plan.id()), plan, history);
      }
      if (settings.drift() != null) {
        watchDrift(scores, plan, settings.drift(), settings, sinks.drift(), "drift");
      }
    }
    for (FurtherModel next : further) {
      score(select(all, features, next.plan(), settings), next, settings);
    }
    write(streams.rejected(), sinks.rejected(), "rejected records", settings);
    streams.late().ifPresent(events -> write(events, sinks.late(), "late events", settings));
  }

  /** Without those of a history, which have done their part when they are in the windows. */
  private static SingleOutputStreamOperator<FeatureVector> live(
      SingleOutputStreamOperator<FeatureVector> vectors,
      @Nullable HandOver handOver,
      String event) {
    return handOver == null
        ? vectors
        : vectors
            .filter(vector -> handOver.isLive(vector.trigger().timeMillis()))
            .uid("live-" + event)
            .name(event + ": live");
  }

  /** The vectors of one model: those of all where it has no columns to leave out. */
  private static SingleOutputStreamOperator<FeatureVector> select(
      SingleOutputStreamOperator<FeatureVector> all,
      FeaturePlan features,
      ScoringPlan plan,
      ScoringSettings settings) {
    if (plan.columns().digest() == features.columns().digest()) {
      return all;
    }
    SingleOutputStreamOperator<FeatureVector> vectors =
        all.map(new SelectColumns(features.columns(), plan.columns()))
            .returns(RecordTypeInfo.FEATURE_VECTOR)
            .uid("columns-" + plan.id())
            .name(plan.id() + ": columns");
    return settings.sorted() ? vectors.setParallelism(1) : vectors;
  }

  private static void score(
      SingleOutputStreamOperator<FeatureVector> vectors,
      FurtherModel further,
      ScoringSettings settings)
      throws InvalidModelException {
    ScoringPlan plan = further.plan();
    DataStream<Score> scores = score(vectors, plan, further.model(), settings);
    write(scores, further.scores(), "scores " + plan.id(), settings);
    if (!further.history().equals(ScoringHistory.NONE)) {
      keepScores(aside(scores, RecordTypeInfo.SCORE, plan.id()), plan, further.history());
    }
    if (further.drift() != null) {
      watchDrift(
          scores, plan, further.drift(), settings, further.driftReports(), "drift " + plan.id());
    }
  }

  private static DataStream<Score> score(
      SingleOutputStreamOperator<FeatureVector> vectors,
      ScoringPlan plan,
      ServedModel model,
      ScoringSettings settings)
      throws InvalidModelException {
    ScoringModels models =
        ScoringModels.of(
                List.of(model),
                plan.columns(),
                plan.schema(),
                settings.provider(),
                settings.features().live())
            .withMaxBytes(settings.modelBytes());
    SingleOutputStreamOperator<Score> scores =
        switch (settings.mode()) {
          case ASYNC ->
              vectors.transform("score", RecordTypeInfo.SCORE, AsynchronousScoring.of(models));
          case SYNC ->
              vectors.transform("score", RecordTypeInfo.SCORE, new SynchronousScoring(models));
        };
    scores.uid(plan.scorerUid(settings.mode())).name(plan.id() + ": score");
    return settings.sorted() ? scores.setParallelism(1) : scores;
  }

  private static void watchDrift(
      DataStream<Score> scores,
      ScoringPlan plan,
      DriftSettings drift,
      ScoringSettings settings,
      @Nullable Sink<DriftReport> reportsSink,
      String reportsName) {
    String model = plan.id();
    SingleOutputStreamOperator<DriftCounts> counts =
        scores
            .transform(
                model + ": count drift", RecordTypeInfo.DRIFT_COUNTS, new DriftCounter(drift))
            .uid(plan.driftUids().get(0));
    if (settings.sorted()) {
      counts.setParallelism(1);
    }
    SingleOutputStreamOperator<DriftReport> reports =
        counts
            .transform(model + ": drift", RecordTypeInfo.DRIFT_REPORT, new DriftMerger(drift))
            .setParallelism(1)
            .uid(plan.driftUids().get(1));
    if (reportsSink != null) {
      reports
          .sinkTo(reportsSink)
          .setParallelism(1)
          .uid("sink-" + reportsName.replace(' ', '-'))
          .name(reportsName);
    }
  }

  private static <T> void write(
      DataStream<T> records, Sink<T> sink, String name, ScoringSettings settings) {
    var written = records.sinkTo(sink).uid("sink-" + name.replace(' ', '-')).name(name);
    if (settings.sorted()) {
      written.setParallelism(1);
    }
  }

  /**
   * The same records in a task beside, which fills all tables: a table waits for its file system,
   * what goes to topics does not. One task, because every edge costs each record a serialization.
   */
  private static <T> SingleOutputStreamOperator<T> aside(
      DataStream<T> records, TypeInformation<T> type, String model) {
    return records
        .map(record -> record)
        .returns(type)
        .startNewChain()
        .uid("history-" + model)
        .name("history of " + model);
  }

  /** Every vector has one score, which brings it along. */
  private static void keepScores(
      DataStream<Score> scores, ScoringPlan plan, ScoringHistory history) {
    String model = plan.id();
    keep(scores, history.scores(), "scores", model);
    if (history.keepsVectors()) {
      keepVectors(
          scores
              .map(Score::vector)
              .returns(RecordTypeInfo.FEATURE_VECTOR)
              .uid("history-vectors-" + model)
              .name("history of " + model + ": vectors"),
          plan,
          history);
    }
  }

  private static void keepVectors(
      DataStream<FeatureVector> vectors, ScoringPlan plan, ScoringHistory history) {
    keep(vectors, history.events(), "events", plan.schema().contract().metadata().name());
    keep(vectors, history.features(), "features", plan.id());
  }

  private static <T> void keep(
      DataStream<T> records, @Nullable Sink<T> table, String what, String name) {
    if (table != null) {
      records
          .sinkTo(table)
          .uid("history-" + what + "-" + name)
          .name("history: " + what + " of " + name);
    }
  }
}
