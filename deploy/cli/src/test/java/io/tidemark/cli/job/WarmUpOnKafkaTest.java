package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentCsv;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import io.tidemark.cli.topic.EventFeed;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.MergedEventFiles;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.FeatureCsv;
import io.tidemark.jobs.sink.LateJson;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.RejectedJson;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files before a topic of several partitions: the features of the topic's events are, digit for
 * digit, those of a run over files that hold everything.
 */
@Timeout(600)
class WarmUpOnKafkaTest {
  private static final Path CARD_TRANSACTIONS =
      Path.of(
          System.getenv()
              .getOrDefault(
                  "TIDEMARK_CARD_TRANSACTIONS", "../../../shared/data/card-transactions"));
  private static final String TOPIC = "tx_events";
  private static final int PARTITIONS = 3;

  @TempDir private Path folder;

  private ScoringPlan plan;
  private ServedModel model;

  @BeforeEach
  void readContracts() throws Exception {
    Contracts contracts = Contracts.bundled();
    plan = ScoringPlan.of(contracts, "card_fraud");
    model = ServedModel.read(contracts, plan.model());
  }

  /** The topic holds everything, too, so that it matters what is taken from it. */
  @Test
  void topicTakesOverWhereverItIsTold() throws Exception {
    Path payments = folder.resolve("payments.csv");
    PaymentSimulator simulator =
        new PaymentSimulator(new SimulatorConfig(60, 90, LocalDate.of(2025, 1, 1), 3));
    try (Writer out = Files.newBufferedWriter(payments)) {
      PaymentCsv csv = new PaymentCsv(out);
      for (int day = 0; day < 12; day++) {
        for (Payment payment : simulator.nextDay()) {
          csv.write(payment);
        }
      }
    }
    List<Path> files = List.of(payments);
    List<Instant> times = times(payments);

    try (EmbeddedKafka kafka = kafka()) {
      send(kafka, files);
      for (Instant start :
          List.of(times.get(times.size() / 2), times.get(times.size() / 3).plusMillis(1))) {
        assertSameFeatures(kafka, files, files, new HandOver(start));
      }
    }
  }

  @Test
  @Tag("system")
  void julyFromATopicAfterThreeMonthsOfFiles() throws Exception {
    assumeThat(CARD_TRANSACTIONS)
        .as("the card transactions, not part of this repository, are at " + CARD_TRANSACTIONS)
        .isDirectory();
    List<Path> months =
        Stream.of("04", "05", "06", "07")
            .map(month -> CARD_TRANSACTIONS.resolve("transactions-2018-" + month + ".csv.gz"))
            .toList();

    try (EmbeddedKafka kafka = kafka()) {
      send(kafka, months.subList(3, 4));
      assertSameFeatures(
          kafka, months.subList(0, 3), months, new HandOver(Instant.parse("2018-07-01T00:00:00Z")));
    }
  }

  private static EmbeddedKafka kafka() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start();
    kafka.createTopic(TOPIC, PARTITIONS);
    return kafka;
  }

  private void send(EmbeddedKafka kafka, List<Path> files) throws Exception {
    new EventFeed(plan.schema(), files, 0, List.of())
        .send(kafka.bootstrapServers(), new PrintWriter(Writer.nullWriter()));
  }

  private void assertSameFeatures(
      EmbeddedKafka kafka, List<Path> history, List<Path> everything, HandOver handOver)
      throws Exception {
    EventHistory before =
        new EventHistory(
            new EventFileSource(plan.schema(), history, Clock.systemUTC(), handOver), handOver);
    String group = "warm-up-" + handOver.at().toEpochMilli();
    Path found =
        features(
            group,
            new KafkaTopics(kafka.bootstrapServers(), group, "no_scores", true)
                .source(plan, before),
            2,
            handOver);
    Path expected =
        features(
            group + "-expected",
            new EventFileSource(plan.schema(), everything, Clock.systemUTC()),
            1,
            null);

    List<String> live = Files.readAllLines(found);
    Set<String> wanted;
    try (Stream<String> lines = Files.lines(expected)) {
      wanted = lines.collect(Collectors.toSet());
    }
    long count = 1;
    for (Path file : everything) {
      count += times(file).stream().filter(time -> handOver.isLive(time.toEpochMilli())).count();
    }
    assertThat(live)
        .as("each once, from " + handOver.at())
        .doesNotHaveDuplicates()
        .hasSize((int) count);
    assertThat(live.stream().filter(line -> !wanted.contains(line)).limit(5)).isEmpty();
  }

  /** Event times of a file, in its order. */
  private List<Instant> times(Path file) throws Exception {
    try (MergedEventFiles events =
        MergedEventFiles.open(List.of(file), plan.schema(), Clock.systemUTC())) {
      List<Instant> times = new ArrayList<>();
      for (Ingested next = events.next(); next != null; next = events.next()) {
        times.add(Instant.ofEpochMilli(Objects.requireNonNull(next.event()).timeMillis()));
      }
      return times;
    }
  }

  private Path features(
      String name, Source<Ingested, ?, ?> source, int parallelism, @Nullable HandOver handOver)
      throws Exception {
    Path features = folder.resolve(name + ".csv");
    Path late = folder.resolve(name + "-late.jsonl");
    try (LocalFlink flink = LocalFlink.create()) {
      StreamExecutionEnvironment env = flink.environment(parallelism);
      ScoringJob.define(
          env,
          plan,
          model,
          ScoringSettings.bounded(EventOrder.EVENT_TIME).withHandOver(handOver),
          source,
          new ScoringSinks(
              new LineFileSink<>(
                  features.toString(),
                  new FeatureCsv(plan.schema(), plan.columnNames(), plan.integralColumns())),
              null,
              new LineFileSink<>(
                  folder.resolve(name + "-rejected.jsonl").toString(), new RejectedJson()),
              new LineFileSink<>(late.toString(), new LateJson(plan.schema()))));
      flink.submit(env, name).getJobExecutionResult().get();
    }
    assertThat(Files.readAllLines(late)).isEmpty();
    return features;
  }
}
