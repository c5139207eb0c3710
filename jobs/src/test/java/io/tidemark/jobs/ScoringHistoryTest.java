package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.Contracts;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.history.delta.KernelTable;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.FeatureCsv;
import io.tidemark.jobs.sink.LateJson;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.RejectedJson;
import io.tidemark.runtime.ProviderChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The bundled model's whole job with its history, through a failure. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScoringHistoryTest {
  private static final int PAYMENTS = 3_000;

  @TempDir Path folder;

  @Test
  void eachPaymentIsKeptOnceInEveryTable() throws Exception {
    Contracts contracts = Contracts.bundled();
    ScoringPlan plan = ScoringPlan.of(contracts, "card_fraud");
    String name = folder.toString();
    Path vectors = folder.resolve("vectors.csv");
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, folder.resolve("flink").toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    ScoringJob.define(
        env,
        plan,
        ServedModel.read(contracts, plan.model()),
        new ScoringSettings(
            EventOrder.EVENT_TIME,
            ScoringSettings.ALL_HISTORY,
            true,
            ProviderChoice.CPU,
            ScoringSettings.DEFAULT_CACHE_BYTES,
            false),
        new FailingOnceSource<>(
            name,
            new EventFileSource(plan.schema(), List.of(payments()), Clock.systemUTC()),
            PAYMENTS / 2,
            500),
        new ScoringSinks(
                new LineFileSink<>(
                    vectors.toString(),
                    new FeatureCsv(plan.schema(), plan.columnNames(), plan.integralColumns())),
                new DiscardingSink<>(),
                new LineFileSink<>(folder.resolve("rejected").toString(), new RejectedJson()),
                new LineFileSink<>(folder.resolve("late").toString(), new LateJson(plan.schema())))
            .withHistory(
                arguments("--history", folder.resolve("history").toString()).tables(plan)));

    env.execute();

    assertThat(FailingOnceSource.hasFailed(name)).as("the fault was injected").isTrue();
    requireEvents(once("events/transactions", "transaction_id"));
    requireFeatures(once("features/card_fraud", "event_id"), plan, Files.readAllLines(vectors));
    requireScores(once("scores/card_fraud", "event_id"));
  }

  /** The rows of a table by their event's id, each of which must be there once. */
  private Map<String, Map<String, @Nullable Object>> once(String table, String id)
      throws IOException {
    Map<String, Map<String, @Nullable Object>> rows = new HashMap<>();
    for (Map<String, @Nullable Object> row :
        new KernelTable(folder.resolve("history").resolve(table)).rows()) {
      assertThat(rows.put(String.valueOf(row.get(id)), row)).as(table + " " + row).isNull();
    }
    assertThat(rows).as(table).hasSize(PAYMENTS);
    return rows;
  }

  private static void requireEvents(Map<String, Map<String, @Nullable Object>> events) {
    Map<String, @Nullable Object> first = events.get("0");
    assertThat(first)
        .containsEntry("event_time", Instant.parse("2018-04-01T00:00:00Z"))
        .containsEntry("tx_datetime", Instant.parse("2018-04-01T00:00:00Z"))
        .containsEntry("customer_id", EventFields.MASK)
        .containsEntry("terminal_id", "t0")
        .containsEntry("ingested_at", null);
  }

  private static void requireFeatures(
      Map<String, Map<String, @Nullable Object>> kept, ScoringPlan plan, List<String> vectors) {
    List<String> columns =
        plan.columnNames().stream().map(name -> name.replace(".", "__")).toList();
    for (String line : vectors.subList(1, vectors.size())) {
      String[] values = line.split(",", -1);
      Map<String, @Nullable Object> row = kept.get(values[0]);
      for (int i = 0; i < columns.size(); i++) {
        Object value = row.get(columns.get(i));
        if (values[i + 1].isEmpty()) {
          assertThat(value).as("%s of %s", columns.get(i), values[0]).isNull();
        } else {
          assertThat(Double.parseDouble(String.valueOf(value)))
              .as("%s of %s", columns.get(i), values[0])
              .isEqualTo(Double.parseDouble(values[i + 1]), within(0.0));
        }
      }
    }
  }

  private static void requireScores(Map<String, Map<String, @Nullable Object>> scores) {
    assertThat(scores.values())
        .allSatisfy(
            row -> {
              assertThat(row).containsEntry("model_version", "1.0.0");
              assertThat(row).containsEntry("outcome", "scored").containsEntry("degraded", false);
              assertThat((Double) row.get("score")).isBetween(0.0, 1.0);
            });
    assertThat(scores.get("0").get("contracts"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsKeys("customer_spending", "terminal_risk");
  }

  /** In the order of their times, over three days. */
  private Path payments() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>();
    lines.add("transaction_id,tx_datetime,customer_id,terminal_id,amount,fraud");
    Instant time = Instant.parse("2018-04-01T00:00:00Z");
    for (int i = 0; i < PAYMENTS; i++) {
      lines.add(
          "%d,%s,c%d,t%d,%d.5,%d"
              .formatted(i, time, i % 50, i % 20, random.nextInt(200), random.nextInt(20) / 19));
      time = time.plusSeconds(80);
    }
    return Files.write(folder.resolve("payments.csv"), lines);
  }

  @Test
  void tablesAreChosen() throws Exception {
    ScoringPlan plan = ScoringPlan.of(Contracts.bundled(), "card_fraud");

    ScoringHistory scores =
        arguments("--history", folder.toString(), "--history-tables", "scores").tables(plan);
    ScoringHistory none = arguments().tables(plan);

    assertThat(scores.events()).isNull();
    assertThat(scores.features()).isNull();
    assertThat(scores.scores()).isNotNull();
    assertThat(none).isEqualTo(ScoringHistory.NONE);
  }

  private static HistoryArguments arguments(String... args) {
    HistoryArguments arguments = new HistoryArguments();
    new CommandLine(arguments).parseArgs(args);
    return arguments;
  }
}
