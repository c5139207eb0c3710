package io.tidemark.cli.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineResultTest {
  private static final Load BEGIN =
      new Load(100, new Usage(1_000, Duration.ofMillis(10), Duration.ofMillis(1), Duration.ZERO));
  private static final Load END =
      new Load(
          100_100,
          new Usage(
              2_000_001_000, Duration.ofMillis(3_010), Duration.ofMillis(501), Duration.ZERO));
  private static final Schedule SCHEDULE =
      new Schedule(0, 500, Duration.ofSeconds(1), Duration.ofSeconds(2));

  @Test
  void rowsHoldSpeedCostAndThePercentilesOfWhatWasMeasured() throws Exception {
    Latencies latencies = new Latencies(SCHEDULE);
    for (int i = 0; i < SCHEDULE.payments(); i++) {
      long latencyMicros = i < 500 ? 1_000_000 : (i - 499) * 10L;
      latencies.received(i, SCHEDULE.dueNanos(i) + latencyMicros * 1_000, i % 500 == 0);
    }
    PipelineResult result =
        new PipelineResult(
            PipelineScale.QUICK,
            5,
            List.of(
                new PipelineResult.Row(
                    PipelineCase.ARRIVAL,
                    END.since(BEGIN),
                    List.of(new Step(50, latencies, moments()))),
                new PipelineResult.Row(PipelineCase.EVENT_TIME, END.since(BEGIN), List.of())));
    StringWriter json = new StringWriter();
    result.writeJson(json);
    StringWriter table = new StringWriter();
    result.print(new PrintWriter(table));

    assertThat(json.toString().replaceAll("\\s", ""))
        .contains(
            "{\"case\":\"arrival\",\"events_per_s\":5.000E+4,\"cpu_us_per_event\":30,"
                + "\"broker_cpu_us_per_event\":5,\"events\":100000,\"latency_at_events_per_s\":500,"
                + "\"p50_ms\":5.003,\"p99_ms\":9.903,\"p999_ms\":9.991,\"latencies\":[{"
                + "\"percent_of_full_load\":50,\"events_per_s\":500,\"p50_ms\":5.003,"
                + "\"p99_ms\":9.903,\"p999_ms\":9.991,\"events\":1000,\"degraded\":2,",
            "\"job_cores\":0.5,\"broker_cores\":0.25,\"bench_cores\":0.125,"
                + "\"job_collecting_ms\":40,\"job_compiling_ms\":300,\"seconds\":[{"
                + "\"p50_ms\":2.501,",
            "{\"case\":\"event_time\",\"events_per_s\":5.000E+4,\"cpu_us_per_event\":30,"
                + "\"broker_cpu_us_per_event\":5,\"events\":100000,\"latencies\":[]}");
    assertThat(table.toString().lines().toList())
        .anySatisfy(line -> assertThat(line).startsWith("arrival ").contains("50,000", "30.0"))
        .anySatisfy(line -> assertThat(line).startsWith("arrival at 50% ").contains("0.50", "9.9"))
        .anySatisfy(line -> assertThat(line).startsWith("event_time "));
  }

  /** Before each of two seconds and behind the last. */
  private static List<Moment> moments() {
    return IntStream.rangeClosed(0, 2)
        .mapToObj(
            second ->
                new Moment(
                    new Usage(
                        second * 1_000_000_000L,
                        Duration.ofMillis(second * 500L),
                        Duration.ofMillis(second * 250L),
                        Duration.ofMillis(second * 125L)),
                    new JvmWork(Duration.ofMillis(second * 150L), Duration.ofMillis(second * 20L))))
        .toList();
  }

  @Test
  void whatAJvmDidIsReadAsItWasWritten() {
    JvmWork work = new JvmWork(Duration.ofMillis(61_234), Duration.ofMillis(7));
    assertThat(JvmWork.parse(work.line())).isEqualTo(work);
  }

  @Test
  void partOfTheFullLoadIsBetweenOneAndAHundredPercent() {
    assertThatThrownBy(
            () ->
                PipelineBench.of(
                    true, 1, List.of(), List.of(10, 0), new PrintWriter(new StringWriter())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--latency-at: expected percents of the full load from 1 to 100, found 0");
  }

  @Test
  void unknownCaseNamesTheKnownOnes() {
    assertThatThrownBy(
            () ->
                PipelineBench.of(
                    true, 1, List.of("arival"), List.of(), new PrintWriter(new StringWriter())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--only: there is no case 'arival'. There are arrival, arrival_without_history,"
                + " event_time");
  }
}
