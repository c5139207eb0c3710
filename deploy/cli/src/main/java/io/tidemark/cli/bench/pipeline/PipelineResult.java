package io.tidemark.cli.bench.pipeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.cli.bench.BenchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a run of the benchmark found. */
public final class PipelineResult implements BenchResult {
  private static final JsonFactory JSON = new JsonFactory();
  private static final MathContext PRECISION = new MathContext(4);

  /**
   * A case.
   *
   * @param load of the measured part
   * @param latencies null where none were measured
   */
  record Row(PipelineCase theCase, Load load, @Nullable Latencies latencies) {}

  private final PipelineScale scale;
  private final long seed;
  private final List<Row> rows;

  PipelineResult(PipelineScale scale, long seed, List<Row> rows) {
    this.scale = scale;
    this.seed = seed;
    this.rows = List.copyOf(rows);
  }

  /** For machines. Latencies are in the rows whose case has any. */
  @Override
  public void writeJson(Writer out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("benchmark", "pipeline");
      json.writeStringField("model", PipelineJob.MODEL);
      json.writeNumberField("events", scale.events());
      json.writeNumberField("customers", scale.customers());
      json.writeNumberField("terminals", scale.terminals());
      json.writeNumberField("seed", seed);
      json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
      json.writeStringField("java", Runtime.version().toString());
      json.writeArrayFieldStart("rows");
      for (Row row : rows) {
        write(json, row);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    out.write(System.lineSeparator());
  }

  private static void write(JsonGenerator json, Row row) throws IOException {
    json.writeStartObject();
    json.writeStringField("case", row.theCase.id());
    json.writeNumberField("events_per_s", rounded(row.load.eventsPerSecond()));
    json.writeNumberField("cpu_us_per_event", rounded(row.load.jobCpuMicrosPerEvent()));
    json.writeNumberField("broker_cpu_us_per_event", rounded(row.load.brokerCpuMicrosPerEvent()));
    json.writeNumberField("events", row.load.scores());
    Latencies latencies = row.latencies;
    if (latencies != null) {
      json.writeNumberField("latency_at_events_per_s", rounded(latencies.perSecond()));
      json.writeNumberField("p50_ms", rounded(latencies.millis(50)));
      json.writeNumberField("p99_ms", rounded(latencies.millis(99)));
      json.writeNumberField("p999_ms", rounded(latencies.millis(99.9)));
      json.writeNumberField("latency_events", latencies.micros().getTotalCount());
      json.writeNumberField("degraded", latencies.degraded());
    }
    json.writeEndObject();
  }

  /** For people. */
  @Override
  public void print(PrintWriter out) {
    out.printf(
        "%-24s %10s %14s %16s %9s %9s %9s%n",
        "case", "events/s", "CPU µs/event", "broker µs/event", "p50 ms", "p99 ms", "p99.9 ms");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-24s %,10.0f %14.1f %16.1f",
          row.theCase.id(),
          row.load.eventsPerSecond(),
          row.load.jobCpuMicrosPerEvent(),
          row.load.brokerCpuMicrosPerEvent());
      Latencies latencies = row.latencies;
      if (latencies != null) {
        out.printf(
            Locale.ROOT,
            " %9.1f %9.1f %9.1f",
            latencies.millis(50),
            latencies.millis(99),
            latencies.millis(99.9));
      }
      out.println();
    }
    out.flush();
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(PRECISION);
  }
}
