package io.tidemark.cli.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class PipelineResultTest {
  private static final Load BEGIN =
      new Load(1_000, 100, Duration.ofMillis(10), Duration.ofMillis(1));
  private static final Load END =
      new Load(2_000_001_000, 100_100, Duration.ofMillis(3_010), Duration.ofMillis(501));

  @Test
  void rowsHoldSpeedCostAndThePercentilesOfWhatWasMeasured() throws Exception {
    Histogram micros = new Histogram(3);
    for (int i = 1; i <= 1_000; i++) {
      micros.recordValue(i * 10L);
    }
    PipelineResult result =
        new PipelineResult(
            PipelineScale.QUICK,
            5,
            List.of(
                new PipelineResult.Row(
                    PipelineCase.ARRIVAL, END.since(BEGIN), new Latencies(25_000, micros, 3)),
                new PipelineResult.Row(PipelineCase.EVENT_TIME, END.since(BEGIN), null)));
    StringWriter json = new StringWriter();
    result.writeJson(json);
    StringWriter table = new StringWriter();
    result.print(new PrintWriter(table));

    assertThat(json.toString().replaceAll("\\s", ""))
        .contains(
            "{\"case\":\"arrival\",\"events_per_s\":5.000E+4,\"cpu_us_per_event\":30,"
                + "\"broker_cpu_us_per_event\":5,\"events\":100000,"
                + "\"latency_at_events_per_s\":2.500E+4,\"p50_ms\":5.003,\"p99_ms\":9.903,"
                + "\"p999_ms\":9.991,\"latency_events\":1000,\"degraded\":3}",
            "{\"case\":\"event_time\",\"events_per_s\":5.000E+4,\"cpu_us_per_event\":30,"
                + "\"broker_cpu_us_per_event\":5,\"events\":100000}");
    assertThat(table.toString().lines().toList())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).startsWith("arrival ").contains("50,000", "30.0"))
        .anySatisfy(line -> assertThat(line).startsWith("event_time "));
  }

  @Test
  void unknownCaseNamesTheKnownOnes() {
    assertThatThrownBy(
            () -> PipelineBench.of(true, 1, List.of("arival"), new PrintWriter(new StringWriter())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--only: there is no case 'arival'. There are arrival, arrival_without_history,"
                + " event_time");
  }
}
