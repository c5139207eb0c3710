package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.alert.Yaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real Alertmanager makes of several alerts at once; each test has a job of its own. */
@Tag("system")
@Timeout(300)
class AlertRoutesTest {
  @TempDir static Path folder;
  private static Webhook webhook;
  private static AlertmanagerProcess alertmanager;

  @BeforeAll
  static void startAlertmanager() throws Exception {
    webhook = Webhook.start();
    alertmanager = AlertmanagerProcess.start(folder, webhook);
  }

  @AfterAll
  static void stopAlertmanager() throws Exception {
    if (alertmanager != null) {
      alertmanager.close();
    }
    if (webhook != null) {
      webhook.close();
    }
  }

  @Test
  void criticalDriftSilencesTheWarningOfTheSameFeatureOnly() throws Exception {
    alertmanager.raise(
        List.of(
            drift("critical", "amount", "1.0.0"),
            drift("warning", "amount", "1.0.0"),
            drift("warning", "amount", "1.1.0"),
            drift("warning", "risk_7d", "1.0.0")));

    awaitTold("drifting", 3);
    assertThat(inhibited("drifting")).containsExactly("TidemarkFeatureDrift warning amount 1.0.0");
    assertThat(told("drifting"))
        .containsExactlyInAnyOrder(
            "pager: TidemarkFeatureDrift critical amount 1.0.0",
            "tickets: TidemarkFeatureDrift warning amount 1.1.0",
            "tickets: TidemarkFeatureDrift warning risk_7d 1.0.0");
  }

  @Test
  void aJobThatRestartsSilencesWhatFollowsFromIt() throws Exception {
    alertmanager.raise(
        List.of(
            alert("TidemarkJobRestarting", "critical", "restarting"),
            alert("TidemarkNoScores", "critical", "restarting"),
            alert("TidemarkWatermarkStalled", "warning", "restarting"),
            alert("TidemarkTransactionsLost", "critical", "restarting"),
            alert("TidemarkNoScores", "critical", "another")));

    awaitTold("restarting", 2);
    awaitTold("another", 1);
    assertThat(inhibited("restarting"))
        .containsExactlyInAnyOrder("TidemarkNoScores critical", "TidemarkWatermarkStalled warning");
    assertThat(told("another")).containsExactly("pager: TidemarkNoScores critical");
  }

  private static Map<String, String> alert(String name, String severity, String job) {
    return Map.of("alertname", name, "severity", severity, "job_name", job);
  }

  private static Map<String, String> drift(String severity, String feature, String version) {
    return Map.of(
        "alertname",
        "TidemarkFeatureDrift",
        "severity",
        severity,
        "job_name",
        "drifting",
        "model",
        "card_fraud",
        "version",
        version,
        "kind",
        "feature",
        "feature",
        feature);
  }

  private static void awaitTold(String job, int alerts) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (told(job).size() < alerts) {
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError("Only " + told(job) + " of " + alerts + " alerts were told");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static List<String> told(String job) {
    return webhook.alerts().stream()
        .filter(alert -> alert.label("job_name").equals(job))
        .map(alert -> alert.receiver() + ": " + shortly(alert.yaml()))
        .distinct()
        .toList();
  }

  private static List<String> inhibited(String job) throws Exception {
    return alertmanager.alerts().stream()
        .filter(alert -> alert.get("labels").get("job_name").text().equals(job))
        .filter(alert -> alert.get("status").get("inhibitedBy").items().findAny().isPresent())
        .map(AlertRoutesTest::shortly)
        .toList();
  }

  private static String shortly(Yaml alert) {
    Yaml labels = alert.get("labels");
    return String.join(
            " ",
            labels.get("alertname").text(),
            labels.get("severity").text(),
            labels.get("feature").text(),
            labels.get("version").text())
        .strip();
  }
}
