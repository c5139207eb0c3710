package io.tidemark.jobs.history.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Jobs on the test's cluster that write the numbers from 0 on into a table. */
final class NumberJobs {
  private static final int NUMBERS_PER_CHECKPOINT = 30;
  private static final long POLL_MILLIS = 20;

  private final Path folder;
  private final Configuration configuration = new Configuration();

  NumberJobs(Path folder) {
    this.folder = folder;
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(20));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    restarts(0);
  }

  String table() {
    return tableFolder().toUri().toString();
  }

  KernelTable read() {
    return new KernelTable(tableFolder());
  }

  private Path tableFolder() {
    return folder.resolve("table");
  }

  NumberJobs restarts(int times) {
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, times == 0 ? "none" : "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, times);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    return this;
  }

  NumberJobs from(Path checkpoint) {
    configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
    return this;
  }

  NumberJobs batch() {
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    return this;
  }

  /** Starts to write so many numbers; the source goes on from checkpoint to checkpoint. */
  JobClient start(Sink<Long> sink, long count, int parallelism) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setMaxParallelism(128);
    boolean batch = configuration.get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH;
    DataGeneratorSource<Long> numbers =
        new DataGeneratorSource<>(
            number -> number,
            count,
            batch
                ? RateLimiterStrategy.noOp()
                : RateLimiterStrategy.perCheckpoint(NUMBERS_PER_CHECKPOINT),
            Types.LONG);
    env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .sinkTo(sink)
        .uid("table")
        .name("table");
    return env.executeAsync();
  }

  void run(Sink<Long> sink, long count, int parallelism) throws Exception {
    start(sink, count, parallelism).getJobExecutionResult().get(120, TimeUnit.SECONDS);
  }

  /** The newest complete checkpoint that a job left behind. */
  Path latestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"), 3)) {
      Optional<Path> latest =
          files
              .filter(path -> path.getFileName().toString().startsWith("chk-"))
              .filter(path -> Files.exists(path.resolve("_metadata")))
              .max(
                  Comparator.comparingLong(
                      path -> Long.parseLong(path.getFileName().toString().substring(4))));
      return latest.orElseThrow();
    }
  }

  /** Waits until so many transactions, counted from 0, are in the table. */
  void awaitVersion(long version) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (read().version() < version) {
      assertThat(System.nanoTime()).as("time for version " + version).isLessThan(deadline);
      Thread.sleep(POLL_MILLIS);
    }
  }

  List<Long> numbers() throws IOException {
    return read().rows().stream().map(row -> (Long) row.get("number")).sorted().toList();
  }

  /** Asserts that the table holds each of the numbers from 0 to count - 1 so many times. */
  void requireEachNumber(long count, int times) throws IOException {
    List<Path> files = read().files();
    assertThat(new HashSet<>(files)).as("no file is added twice").hasSameSizeAs(files);
    List<Long> expected =
        LongStream.range(0, count)
            .boxed()
            .flatMap(number -> Stream.generate(() -> number).limit(times))
            .toList();
    assertThat(numbers()).isEqualTo(expected);
  }
}
