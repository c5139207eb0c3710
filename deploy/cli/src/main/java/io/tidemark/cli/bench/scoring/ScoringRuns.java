package io.tidemark.cli.bench.scoring;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.score.AsynchronousScoring;
import io.tidemark.jobs.score.OnnxScoringFunction;
import io.tidemark.jobs.score.SynchronousScoring;
import io.tidemark.runtime.ProviderChoice;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Runs cases in this process, in one subtask. Not thread-safe. */
final class ScoringRuns implements AutoCloseable {
  private final Vectors vectors;
  private final Map<BenchModel, RawInference> raw = new EnumMap<>(BenchModel.class);
  private @Nullable ScoringFlink flink; // from the first job on

  ScoringRuns(int distinctRows) {
    this.vectors = Vectors.draw(distinctRows);
  }

  /** As fast as it goes. */
  Load load(ScoringCase theCase, BenchModel model, long records) throws Exception {
    if (theCase == ScoringCase.RAW) {
      RawInference inference = raw.get(model);
      if (inference == null) {
        inference = new RawInference(model, vectors);
        raw.put(model, inference);
      }
      return inference.measure(records);
    }
    Feed feed = Feed.full(vectors, records);
    run(theCase, model, feed, false);
    if (feed.degraded() > 0) {
      throw new IllegalStateException(feed.degraded() + " records were not scored by the model");
    }
    return feed.load();
  }

  /** On a schedule. */
  Waiting waiting(ScoringCase theCase, BenchModel model, double perSecond, double seconds)
      throws Exception {
    Feed feed = Feed.onSchedule(vectors, perSecond, seconds);
    run(theCase, model, feed, true);
    return Waiting.of(perSecond, feed);
  }

  private void run(ScoringCase theCase, BenchModel model, Feed feed, boolean noOpAtOnce)
      throws Exception {
    System.gc(); // what the run before and the rows' drawing left is not this run's to collect
    Feed.mount(feed);
    try {
      if (flink == null) {
        flink = ScoringFlink.start();
      }
      StreamExecutionEnvironment env = flink.environment();
      DataStream<FeatureVector> source =
          env.fromSource(
              new FeedSource(),
              WatermarkStrategy.noWatermarks(),
              "feed",
              RecordTypeInfo.FEATURE_VECTOR);
      score(theCase, model, source, noOpAtOnce).sinkTo(new FeedSink());
      flink.run(env);
    } finally {
      Feed.mount(null);
    }
  }

  private static DataStream<Score> score(
      ScoringCase theCase, BenchModel model, DataStream<FeatureVector> vectors, boolean noOpAtOnce)
      throws Exception {
    ModelContract contract = model.contract();
    return switch (theCase) {
      case RAW -> throw new IllegalArgumentException("Raw inference has no graph");
      case NAIVE ->
          AsyncDataStream.unorderedWait(
                  vectors,
                  new NaiveScoring(model),
                  NaiveScoring.TIMEOUT_MILLIS,
                  TimeUnit.MILLISECONDS,
                  NaiveScoring.CAPACITY)
              .returns(RecordTypeInfo.SCORE);
      case QUEUE ->
          AsyncDataStream.unorderedWait(
                  vectors,
                  new QueueScoring(model),
                  QueueScoring.TIMEOUT_MILLIS,
                  TimeUnit.MILLISECONDS,
                  QueueScoring.CAPACITY)
              .returns(RecordTypeInfo.SCORE);
      case ASYNC ->
          async(
              vectors, new OnnxScoringFunction(contract, model.bytes(), ProviderChoice.CPU, true));
      case ASYNC_NO_OP ->
          async(vectors, new OnnxScoringFunction(contract, true, () -> new NoOpEngine(noOpAtOnce)));
      case SYNC ->
          sync(vectors, new SynchronousScoring(contract, model.bytes(), ProviderChoice.CPU));
      case SYNC_NO_OP ->
          sync(vectors, new SynchronousScoring(contract, () -> new NoOpEngine(noOpAtOnce)));
    };
  }

  private static DataStream<Score> async(
      DataStream<FeatureVector> vectors, OnnxScoringFunction function) {
    return vectors.transform("score", RecordTypeInfo.SCORE, AsynchronousScoring.of(function));
  }

  private static DataStream<Score> sync(
      DataStream<FeatureVector> vectors, SynchronousScoring operator) {
    return vectors.transform("score", RecordTypeInfo.SCORE, operator);
  }

  @Override
  public void close() throws Exception {
    for (RawInference inference : raw.values()) {
      inference.close();
    }
    if (flink != null) {
      flink.close();
    }
  }
}
