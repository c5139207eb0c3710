package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.FeatureCsv;
import io.tidemark.jobs.sink.LateJson;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.RejectedJson;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Files of events through the job's graph on a local Flink with RocksDB, features into a file. */
final class FileRunFixture {
  private final ScoringPlan plan;
  private final Path folder;

  FileRunFixture(ScoringPlan plan, Path folder) {
    this.plan = plan;
    this.folder = folder;
  }

  Path rejected() {
    return folder.resolve("rejected.jsonl");
  }

  Path late() {
    return folder.resolve("late.jsonl");
  }

  void run(List<Path> events, Path out, EventOrder order, int parallelism) throws Exception {
    run(source(events), out, order, parallelism);
  }

  /** The same in event-time order with one failure behind a checkpoint after some records. */
  void runWithFailure(List<Path> events, Path out, int parallelism, int recordsBeforeCheckpoint)
      throws Exception {
    String name = out.toString();
    run(
        new FailingOnceSource<>(name, source(events), recordsBeforeCheckpoint, 1_000),
        out,
        EventOrder.EVENT_TIME,
        parallelism);
    assertThat(FailingOnceSource.hasFailed(name)).as("the fault was injected").isTrue();
  }

  /** The same of a history and a topic behind it. */
  <S extends SourceSplit, C> void runWithFailure(
      Source<Ingested, S, C> source,
      Path out,
      int parallelism,
      int recordsBeforeCheckpoint,
      HandOver handOver)
      throws Exception {
    String name = out.toString();
    run(
        new FailingOnceSource<>(name, source, recordsBeforeCheckpoint, 100),
        out,
        EventOrder.EVENT_TIME,
        parallelism,
        handOver);
    assertThat(FailingOnceSource.hasFailed(name)).as("the fault was injected").isTrue();
  }

  private EventFileSource source(List<Path> events) {
    return new EventFileSource(plan.schema(), events, Clock.systemUTC());
  }

  /** A local Flink that checkpoints five times a second and restarts a job once. */
  StreamExecutionEnvironment environment(int parallelism) {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, folder.resolve("flink").toString());
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
  }

  private void run(Source<Ingested, ?, ?> source, Path out, EventOrder order, int parallelism)
      throws Exception {
    run(source, out, order, parallelism, null);
  }

  /** A history and a topic behind it: the features of what comes from the topic. */
  void run(
      Source<Ingested, ?, ?> source,
      Path out,
      EventOrder order,
      int parallelism,
      @Nullable HandOver handOver)
      throws Exception {
    StreamExecutionEnvironment env = environment(parallelism);
    ScoringJob.define(
        env,
        plan,
        new ServedModel(plan.model(), new byte[0]),
        ScoringSettings.bounded(order).withHandOver(handOver),
        source,
        new ScoringSinks(
            new LineFileSink<>(
                out.toString(),
                new FeatureCsv(plan.schema(), plan.columnNames(), plan.integralColumns())),
            null,
            new LineFileSink<>(rejected().toString(), new RejectedJson()),
            new LineFileSink<>(late().toString(), new LateJson(plan.schema()))));
    env.execute();
  }
}
