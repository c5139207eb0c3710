package io.tidemark.cli.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("system")
@Timeout(300)
class PipelineBenchTest {
  private static final PipelineScale TINY =
      new PipelineScale(200, 400, 1, 1_000, 20_000, Duration.ofSeconds(1), Duration.ofSeconds(2));

  @Test
  void everyPaymentIsScoredAndEveryScheduledOneTimed() throws Exception {
    StringWriter progress = new StringWriter();
    PipelineResult result =
        new PipelineBench(
                TINY, 3, EnumSet.of(PipelineCase.ARRIVAL), List.of(20), new PrintWriter(progress))
            .run();
    StringWriter json = new StringWriter();
    result.writeJson(json);

    assertThat(json.toString())
        .contains("\"case\" : \"arrival\"", "\"p999_ms\"")
        .contains("\"percent_of_full_load\" : 20");
    assertThat(progress.toString()).contains("writing 20,000 payments", "p99.9");
  }
}
