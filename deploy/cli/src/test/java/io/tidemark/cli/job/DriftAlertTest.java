package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.alert.Rule;
import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.drift.Baseline;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.EventOrder;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a payment to the pager: broker, job, Prometheus and Alertmanager are real, rules and routes
 * are those that are shipped, in {@link LapsedTime}. A day of payments passes in three seconds.
 */
@Tag("system")
@Timeout(600)
class DriftAlertTest {
  private static final String EVENTS = "tx_events";
  private static final String SCORES = "card_fraud_scores";
  private static final SimulatorConfig WORLD =
      new SimulatorConfig(500, 1_000, LocalDate.of(2025, 3, 3), 7);
  private static final int BASELINE_DAYS = 5;
  private static final int PAYMENTS_PER_SECOND = 320;
  private static final Duration WINDOW = Duration.ofDays(1);
  private static final long MINIMUM_SAMPLE = 500;

  /** Longer than a warning waits before it fires, so that one that was to fire would have. */
  private static final int OBSERVED_SECONDS = 5 * 60 / LapsedTime.FACTOR + 10;

  /**
   * Speak of the machine that runs the test: how fast it is, whether it answers every scrape, and
   * how long Prometheus looks for its targets after a start.
   */
  private static final String NOT_OF_THE_DATA =
      "TidemarkLatencyObjectiveMissed|TidemarkProcessDown|TidemarkClusterDown";

  @TempDir static Path folder;
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static Webhook webhook;
  private static PrometheusProcess prometheus;
  private static RunningJob job;
  private static SimulatedTraffic traffic;

  @BeforeAll
  static void startEverything() throws Exception {
    EmbeddedKafka kafka = opened(EmbeddedKafka.start());
    kafka.createTopic(EVENTS, 2);
    for (String topic : List.of(SCORES, "tx_events_rejected", "tx_events_late")) {
      kafka.createTopic(topic, 1);
    }
    PaymentSimulator simulator = new PaymentSimulator(WORLD);
    List<Payment> past = new ArrayList<>();
    for (int day = 0; day < BASELINE_DAYS; day++) {
      past.addAll(simulator.nextDay());
    }
    Contracts contracts = SumModel.contracts(newFolder("contracts"), past);
    ModelContract model = contracts.model("card_fraud").orElseThrow();
    Baseline baseline = Baseline.read(contracts.readBaseline(model).orElseThrow(), model);
    job =
        opened(
            RunningJob.start(
                contracts,
                new KafkaTopics(kafka.bootstrapServers(), "drifting", SCORES, false),
                EventOrder.ARRIVAL,
                UnaryOperator.identity(),
                new DriftSettings(
                    List.of(baseline), WINDOW, DriftSettings.MONDAY, MINIMUM_SAMPLE)));
    // A start takes as long as it takes, and is not part of what is watched in lapsed time.
    job.await("the job runs", () -> job.metrics().completedCheckpoints() > 0);
    webhook = opened(Webhook.start());
    AlertmanagerProcess alertmanager =
        opened(AlertmanagerProcess.start(newFolder("alertmanager"), webhook));
    prometheus = opened(startPrometheus(newFolder("prometheus"), alertmanager));
    Topics topics = opened(new Topics(kafka.bootstrapServers()));
    traffic = opened(SimulatedTraffic.start(topics, EVENTS, simulator, PAYMENTS_PER_SECOND));
  }

  private static PrometheusProcess startPrometheus(Path data, AlertmanagerProcess alertmanager)
      throws Exception {
    Files.writeString(
        data.resolve("tidemark.rules.yml"), LapsedTime.of(Files.readString(Rule.FILE)));
    Files.writeString(
        data.resolve("targets.json"),
        "[{\"targets\": [\"%s\"]}]".formatted(job.metrics().endpoint().getAuthority()));
    Files.writeString(
        data.resolve("alertmanagers.json"),
        "[{\"targets\": [\"%s\"]}]".formatted(alertmanager.authority()));
    String shipped = Files.readString(Rule.FOLDER.resolve("prometheus.yml"));
    return PrometheusProcess.start(
        data,
        shipped
            .replace("scrape_interval: 15s", "scrape_interval: 3s")
            .replace("evaluation_interval: 15s", "evaluation_interval: 1s"));
  }

  private static Path newFolder(String name) throws Exception {
    return Files.createDirectory(folder.resolve(name));
  }

  private static <T extends AutoCloseable> T opened(T resource) {
    OPEN.push(resource);
    return resource;
  }

  @AfterAll
  static void stopEverything() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  @Test
  void shiftOfAmountReachesThePagerAndNothingFiresBefore() throws Exception {
    job.await(
        "rules have seen measured drift for longer than they wait",
        () ->
            anyOf(
                "count_over_time((model_feature:tidemark_drift_ks:max{feature=\"amount\"} >= 0)"
                    + "[10m:1s]) > %d".formatted(OBSERVED_SECONDS)));

    assertThat(
            prometheus.query(
                "max_over_time(ALERTS{alertstate=\"firing\",alertname!~\"%s\"}[10m])"
                    .formatted(NOT_OF_THE_DATA)))
        .isEmpty();
    assertThat(webhook.alerts())
        .extracting(Webhook.Alert::name)
        .allSatisfy(name -> assertThat(name).matches(NOT_OF_THE_DATA));

    traffic.multiplyAmounts(BigDecimal.valueOf(3));
    job.await("the pager hears of it", () -> !paged("amount").isEmpty());

    assertThat(paged("amount").get(0))
        .satisfies(
            alert -> {
              assertThat(alert.label("severity")).isEqualTo("critical");
              assertThat(alert.label("model")).isEqualTo("card_fraud");
              assertThat(alert.label("version")).isEqualTo("1.0.0");
              assertThat(alert.annotation("feature")).isEqualTo("amount");
              assertThat(alert.annotation("model")).isEqualTo("card_fraud");
              assertThat(alert.annotation("version")).isEqualTo("1.0.0");
              assertThat(Double.parseDouble(alert.annotation("ks"))).isBetween(0.3, 1.0);
              assertThat(Double.parseDouble(alert.annotation("psi"))).isGreaterThan(0.2);
              assertThat(Long.parseLong(alert.annotation("sample_size")))
                  .isBetween(MINIMUM_SAMPLE, 2_000L);
              assertThat(alert.annotation("window_end"))
                  .matches("2025-\\d\\d-\\d\\d 00:00:00 \\+0000 UTC");
              assertThat(alert.annotation("summary"))
                  .isEqualTo("Feature amount of card_fraud 1.0.0 has drifted from its baseline");
              assertThat(alert.annotation("runbook_url"))
                  .isEqualTo("deploy/prometheus/RUNBOOK.md#tidemarkfeaturedrift");
            });
    // A count does not care how much was paid.
    assertThat(webhook.alerts())
        .filteredOn(alert -> alert.name().equals("TidemarkFeatureDrift"))
        .extracting(alert -> alert.label("feature"))
        .doesNotContain("customer_spending.nb_tx_1d");
  }

  /** A series that Flink calls otherwise would make an alert that never fires. */
  @Test
  void flinkExportsWhatRulesAndRunbookSpeakOf() throws Exception {
    StringBuilder spoken = new StringBuilder(Files.readString(Rule.FOLDER.resolve("RUNBOOK.md")));
    for (Rule rule : Rule.alerts()) {
      spoken.append('\n').append(rule.expression());
    }
    Set<String> names =
        Pattern.compile("flink_\\w+")
            .matcher(spoken)
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).isNotEmpty();
    for (String name : names) {
      job.await(name + " is exported", () -> anyOf(name));
    }
  }

  private static List<Webhook.Alert> paged(String feature) {
    return webhook.alerts().stream()
        .filter(alert -> alert.receiver().equals("pager"))
        .filter(alert -> alert.name().equals("TidemarkFeatureDrift"))
        .filter(alert -> alert.label("feature").equals(feature))
        .toList();
  }

  private static boolean anyOf(String expression) {
    try {
      return !prometheus.query(expression).isEmpty();
    } catch (Exception e) {
      throw new AssertionError(expression, e);
    }
  }
}
