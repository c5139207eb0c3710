package io.tidemark.cli.job;

import io.tidemark.cli.TestContracts;
import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringHistory;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.drift.Baseline;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.history.EventRows;
import io.tidemark.jobs.history.FeatureRows;
import io.tidemark.jobs.history.HistoryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A broker, the real scoring job that reads from it, measures drift by the minute and keeps its
 * history, and a real Prometheus that scrapes the job.
 */
final class WatchedJob implements AutoCloseable {
  private static final String EVENTS = "tx_events";
  private static final String SCORES = "card_fraud_scores";
  private static final int PARTITIONS = 2;
  private static final Duration DRIFT_WINDOW = Duration.ofMinutes(1);
  private static final long DRIFT_MINIMUM_SAMPLE = 10;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Topics topics;
  private final RunningJob job;
  private final PrometheusProcess prometheus;

  private WatchedJob(Path folder, UnaryOperator<String> contractText) throws Exception {
    try {
      EmbeddedKafka kafka = opened(EmbeddedKafka.start());
      kafka.createTopic(EVENTS, PARTITIONS);
      for (String topic : List.of(SCORES, "tx_events_rejected", "tx_events_late")) {
        kafka.createTopic(topic, 1);
      }
      topics = opened(new Topics(kafka.bootstrapServers()));
      Contracts contracts =
          TestContracts.copy(Files.createDirectory(folder.resolve("contracts")), contractText);
      ScoringPlan plan = ScoringPlan.of(contracts, "card_fraud");
      ModelContract model = plan.model();
      HistoryFolder history =
          HistoryFolder.of(folder.resolve("history").toUri().toString(), "watched");
      ScoringHistory tables =
          new ScoringHistory(
              history.table("events", "transactions", new EventRows(plan.schema())),
              history.table(
                  "features",
                  "card_fraud",
                  new FeatureRows(plan.schema(), model, plan.columnTypes())),
              null);
      Baseline baseline = Baseline.read(contracts.readBaseline(model).orElseThrow(), model);
      job =
          opened(
              RunningJob.start(
                  contracts,
                  new KafkaTopics(kafka.bootstrapServers(), "watched", SCORES, false),
                  EventOrder.ARRIVAL,
                  sinks -> sinks.withHistory(tables),
                  new DriftSettings(
                      List.of(baseline),
                      DRIFT_WINDOW,
                      DriftSettings.MONDAY,
                      DRIFT_MINIMUM_SAMPLE)));
      prometheus =
          opened(
              PrometheusProcess.start(
                  Files.createDirectory(folder.resolve("prometheus")),
                  PrometheusProcess.scraping(job.metrics().endpoint())));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * Starts all three.
   *
   * @param folder an empty one
   * @param contractText changes the text of every contract
   */
  static WatchedJob start(Path folder, UnaryOperator<String> contractText) throws Exception {
    return new WatchedJob(folder, contractText);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  /** Sends events to one of two partitions, and waits until the broker has them. */
  void send(int partition, List<byte @Nullable []> events) throws Exception {
    topics.sendAll(EVENTS, partition, events);
  }

  /** How many scores came out. */
  long scores() {
    return topics.size(SCORES);
  }

  RunningJob job() {
    return job;
  }

  PrometheusProcess prometheus() {
    return prometheus;
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
