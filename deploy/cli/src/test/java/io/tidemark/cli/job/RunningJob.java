package io.tidemark.cli.job;

import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.runtime.ProviderChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** The real scoring job of {@code card_fraud} on a mini cluster with RocksDB, Kafka to Kafka. */
final class RunningJob implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(300);
  private static final int PARALLELISM = 2;

  private final LocalFlink flink;
  private final ExportedMetrics metrics;
  private final CompletableFuture<JobExecutionResult> result;

  private RunningJob(LocalFlink flink, ExportedMetrics metrics, JobClient job) {
    this.flink = flink;
    this.metrics = metrics;
    this.result = job.getJobExecutionResult();
  }

  /**
   * Starts it.
   *
   * @param sinks changes where records go, to inject faults
   */
  static RunningJob start(
      Contracts contracts, KafkaTopics topics, EventOrder order, UnaryOperator<ScoringSinks> sinks)
      throws Exception {
    return start(contracts, topics, order, sinks, CHECKPOINT_INTERVAL, null);
  }

  static RunningJob start(
      Contracts contracts,
      KafkaTopics topics,
      EventOrder order,
      UnaryOperator<ScoringSinks> sinks,
      Duration checkpointInterval)
      throws Exception {
    return start(contracts, topics, order, sinks, checkpointInterval, null);
  }

  static RunningJob start(
      Contracts contracts,
      KafkaTopics topics,
      EventOrder order,
      UnaryOperator<ScoringSinks> sinks,
      DriftSettings drift)
      throws Exception {
    return start(contracts, topics, order, sinks, CHECKPOINT_INTERVAL, drift);
  }

  private static RunningJob start(
      Contracts contracts,
      KafkaTopics topics,
      EventOrder order,
      UnaryOperator<ScoringSinks> sinks,
      Duration checkpointInterval,
      @Nullable DriftSettings drift)
      throws Exception {
    ScoringPlan plan = ScoringPlan.of(contracts, "card_fraud");
    LocalFlink flink = LocalFlink.create();
    try {
      ExportedMetrics metrics = new ExportedMetrics(flink.exportMetrics());
      flink
          .configuration()
          .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval)
          .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
          .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100)
          .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
      StreamExecutionEnvironment env = flink.environment(PARALLELISM);
      ScoringJob.define(
          env,
          plan,
          ServedModel.read(contracts, plan.model()),
          // No deadline: on a busy machine the fallback would answer in the model's place.
          new ScoringSettings(
                  order, ScoringSettings.ALL_HISTORY, false, ProviderChoice.CPU, 1 << 20, false)
              .withDrift(drift),
          topics.source(plan),
          sinks.apply(topics.sinks(plan)));
      return new RunningJob(flink, metrics, flink.submit(env, "test"));
    } catch (Throwable e) {
      flink.close();
      throw e;
    }
  }

  ExportedMetrics metrics() {
    return metrics;
  }

  /** Waits until something holds; fails at once where the job has failed. */
  void await(String what, BooleanSupplier condition) throws Exception {
    await(what, condition, () -> "");
  }

  /**
   * The same.
   *
   * @param state is told where it does not hold in time
   */
  void await(String what, BooleanSupplier condition, Supplier<String> state) throws Exception {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (result.isDone()) {
        result.get();
        throw new AssertionError("The job ended before " + what);
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError("Not within " + PATIENCE + ": " + what + " " + state.get());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Waits for the end of a bounded job. */
  void awaitEnd() throws Exception {
    result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    flink.close();
  }
}
