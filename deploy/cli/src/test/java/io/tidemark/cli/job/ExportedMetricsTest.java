package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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
  private static final int EVENTS = 100;

  @TempDir static Path folder;
  private static WatchedJob watched;

  @BeforeAll
  static void startJob() throws Exception {
    watched = WatchedJob.start(folder, UnaryOperator.identity());
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(MalformedEvents.payment(i, i));
    }
    watched.send(0, events);
    watched.job().await("all are scored", () -> watched.scores() == EVENTS);
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
    PrometheusProcess prometheus = watched.prometheus();
    watched
        .job()
        .await(
            "Prometheus has scraped all scores",
            () -> value(prometheus, "sum(tidemark_event_to_score_seconds_count)") == EVENTS);

    assertThat(value(prometheus, "sum(tidemark_scored_total)")).isEqualTo(EVENTS);
    assertThat(
            value(
                prometheus,
                "histogram_quantile(0.99, sum by (le) (tidemark_event_to_score_seconds_bucket))"))
        .isPositive();
    assertThat(value(prometheus, "sum(tidemark_batch_rows_sum)")).isEqualTo(EVENTS);
  }

  /** NaN while there is none. */
  private static double value(PrometheusProcess prometheus, String expression) {
    try {
      return prometheus.query(expression).stream()
          .mapToDouble(PrometheusProcess.Sample::value)
          .findFirst()
          .orElse(Double.NaN);
    } catch (Exception e) {
      throw new AssertionError(expression, e);
    }
  }
}
