package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.dashboard.Dashboard;
import io.tidemark.cli.dashboard.Dashboard.Panel;
import io.tidemark.cli.dashboard.Dashboard.Query;
import io.tidemark.cli.dashboard.Dashboard.Row;
import io.tidemark.cli.dashboard.PanelsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus and its tools say of the metrics of a real job. */
@Tag("system")
@Timeout(300)
class ExportedMetricsTest {
  private static final int EVENTS = 300;
  private static final int WINDOW_EVENTS = 60;

  @TempDir static Path folder;
  private static WatchedJob watched;
  private static int sent;

  @BeforeAll
  static void startJob() throws Exception {
    watched = WatchedJob.start(folder, text -> text.replace("idleness: PT30S", "idleness: PT3S"));
    // Rates and quantiles of a span of time need a scrape before the first event.
    watched.job().await("a first scrape", () -> value("sum(tidemark_batch_rows_count)") == 0);
    sendMore(EVENTS);
    watched.job().await("all are scored", () -> watched.scores() == sent);
  }

  /** A payment a second of event time, on from the last one. */
  private static void sendMore(int count) {
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(MalformedEvents.payment(sent + i, sent + i));
    }
    try {
      watched.send(0, events);
    } catch (Exception e) {
      throw new IllegalStateException("The broker takes no payments", e);
    }
    sent += count;
  }

  @AfterAll
  static void stopJob() throws Exception {
    if (watched != null) {
      watched.close();
    }
  }

  @Test
  void ourSeriesPassPromtool() throws Exception {
    Path metrics = Files.write(folder.resolve("metrics.txt"), watched.job().metrics().ours());
    Path said = folder.resolve("promtool.txt");
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(metrics.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(promtool.exitValue()).as(Files.readString(said)).isZero();
    assertThat(said).isEmptyFile();
    assertThat(metrics).isNotEmptyFile();
  }

  @Test
  void quantilesOfAllSubtasksTogetherComeFromTheBuckets() throws Exception {
    watched
        .job()
        .await(
            "Prometheus has scraped all scores",
            () -> value("sum(tidemark_event_to_score_seconds_count)") == sent);

    assertThat(value("sum(tidemark_scored_total)")).isEqualTo(sent);
    assertThat(
            value("histogram_quantile(0.99, sum by (le) (tidemark_event_to_score_seconds_bucket))"))
        .isPositive();
    assertThat(value("sum(tidemark_batch_rows_sum)")).isEqualTo(sent);
  }

  @Test
  void everyPanelOfTheDashboardShowsData() throws Exception {
    Map<String, String> waiting = expressions(PanelsFile.read(Path.of("../grafana/panels.yaml")));
    assertThat(waiting).hasSizeGreaterThan(40);

    watched
        .job()
        .await(
            "data for every query",
            () -> {
              waiting.values().removeIf(expression -> !Double.isNaN(value(expression)));
              if (!waiting.isEmpty()) {
                sendMore(WINDOW_EVENTS); // Drift is shown of windows that others have followed.
              }
              return waiting.isEmpty();
            },
            () -> "none for " + waiting);
  }

  /** What is asked for each legend of each panel, as Grafana asks it with all values chosen. */
  private static Map<String, String> expressions(Dashboard dashboard) {
    Map<String, String> expressions = new LinkedHashMap<>();
    for (Row row : dashboard.rows()) {
      for (Panel panel : row.panels()) {
        for (Query query : panel.queries()) {
          expressions.put(
              row.title() + " / " + panel.title() + " / " + query.legend(),
              query
                  .expression()
                  .replace("$__rate_interval", "5m")
                  .replace("$job", ".+")
                  .replace("$model", ".+"));
        }
      }
    }
    return expressions;
  }

  /** Of any series that has one; NaN while there is none. */
  private static double value(String expression) {
    try {
      return watched.prometheus().query(expression).stream()
          .mapToDouble(PrometheusProcess.Sample::value)
          .filter(value -> !Double.isNaN(value))
          .findFirst()
          .orElse(Double.NaN);
    } catch (Exception e) {
      throw new AssertionError(expression, e);
    }
  }
}
