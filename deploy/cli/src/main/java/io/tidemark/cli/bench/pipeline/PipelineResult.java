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

/** What a run of the benchmark found. */
public final class PipelineResult implements BenchResult {
  private static final JsonFactory JSON = new JsonFactory();
  private static final MathContext PRECISION = new MathContext(4);

  /** Percent of full load whose latencies stand for the row. */
  private static final int HALF = 50;

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /**
   * A case.
   *
   * @param load of the measured part
   * @param steps one for each speed at which latencies were measured
   */
  record Row(PipelineCase theCase, Load load, List<Step> steps) {
    Row {
      steps = List.copyOf(steps);
    }
  }

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
      json.writeNumberField("cores", CORES);
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
    for (Step step : row.steps) {
      if (step.percent() == HALF) {
        json.writeNumberField("latency_at_events_per_s", rounded(step.latencies().perSecond()));
        writePercentiles(json, step.latencies());
      }
    }
    json.writeArrayFieldStart("latencies");
    for (Step step : row.steps) {
      write(json, step);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writePercentiles(JsonGenerator json, Latencies latencies) throws IOException {
    json.writeNumberField("p50_ms", rounded(latencies.millis(50)));
    json.writeNumberField("p99_ms", rounded(latencies.millis(99)));
    json.writeNumberField("p999_ms", rounded(latencies.millis(99.9)));
  }

  private static void write(JsonGenerator json, Step step) throws IOException {
    Latencies latencies = step.latencies();
    Moment total = step.total();
    json.writeStartObject();
    json.writeNumberField("percent_of_full_load", step.percent());
    json.writeNumberField("events_per_s", rounded(latencies.perSecond()));
    writePercentiles(json, latencies);
    json.writeNumberField("events", latencies.count());
    json.writeNumberField("degraded", latencies.degraded());
    json.writeNumberField("share_of_machine", rounded(total.usage().ofMachine(CORES)));
    write(json, total);
    json.writeArrayFieldStart("seconds");
    List<Moment> seconds = step.seconds();
    List<Double> p50 = latencies.millisBySecond(50);
    List<Double> p99 = latencies.millisBySecond(99);
    for (int i = 0; i < seconds.size(); i++) {
      json.writeStartObject();
      json.writeNumberField("p50_ms", rounded(p50.get(i)));
      json.writeNumberField("p99_ms", rounded(p99.get(i)));
      write(json, seconds.get(i));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Moment moment) throws IOException {
    Usage usage = moment.usage();
    json.writeNumberField("job_cores", rounded(usage.cores(usage.jobCpu())));
    json.writeNumberField("broker_cores", rounded(usage.cores(usage.brokerCpu())));
    json.writeNumberField("bench_cores", rounded(usage.cores(usage.benchCpu())));
    json.writeNumberField("job_collecting_ms", moment.work().collecting().toMillis());
    json.writeNumberField("job_compiling_ms", moment.work().compiling().toMillis());
  }

  /** For people. */
  @Override
  public void print(PrintWriter out) {
    out.printf("%-24s %10s %14s %16s%n", "case", "events/s", "CPU µs/event", "broker µs/event");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-24s %,10.0f %14.1f %16.1f%n",
          row.theCase.id(),
          row.load.eventsPerSecond(),
          row.load.jobCpuMicrosPerEvent(),
          row.load.brokerCpuMicrosPerEvent());
    }
    out.println();
    out.printf(
        "%-24s %10s %9s %9s %9s %7s %5s %7s %6s%n",
        "latency", "events/s", "p50 ms", "p99 ms", "p99.9 ms", "machine", "job", "broker", "bench");
    for (Row row : rows) {
      for (Step step : row.steps) {
        print(row.theCase.id() + " at " + step.percent() + "%", step, out);
      }
    }
    out.println("machine: the share that all three kept busy; job, broker, bench: in cores");
    out.flush();
  }

  private static void print(String name, Step step, PrintWriter out) {
    Latencies latencies = step.latencies();
    Usage usage = step.total().usage();
    out.printf(
        Locale.ROOT,
        "%-24s %,10.0f %9.1f %9.1f %9.1f %6.0f%% %5.2f %7.2f %6.2f%n",
        name,
        latencies.perSecond(),
        latencies.millis(50),
        latencies.millis(99),
        latencies.millis(99.9),
        100 * usage.ofMachine(CORES),
        usage.cores(usage.jobCpu()),
        usage.cores(usage.brokerCpu()),
        usage.cores(usage.benchCpu()));
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(PRECISION);
  }
}
