package io.tidemark.cli.bench;

import static io.tidemark.cli.bench.WindowsCase.GET_PUT;
import static io.tidemark.cli.bench.WindowsCase.HEAP;
import static io.tidemark.cli.bench.WindowsCase.HEAP_EVENT_TIME;
import static io.tidemark.cli.bench.WindowsCase.LOOP;
import static io.tidemark.cli.bench.WindowsCase.NO_SHUFFLE;
import static io.tidemark.cli.bench.WindowsCase.PASS_THROUGH;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED_60;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED_6000;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED_AVG;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED_EVENT_TIME;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED_MAX;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_CACHED_QUANTILE;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_UNCACHED;
import static io.tidemark.cli.bench.WindowsCase.ROCKSDB_UNCACHED_EVENT_TIME;
import static io.tidemark.cli.bench.WindowsCase.SQL_OVER_HEAP;
import static io.tidemark.cli.bench.WindowsCase.SQL_OVER_ROCKSDB;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a run of the benchmark found. */
public final class WindowsResult implements BenchResult {
  private static final JsonFactory JSON = new JsonFactory();
  private static final MathContext PRECISION = new MathContext(4);

  /**
   * A case's median.
   *
   * @param spread largest less least speed of the rounds, by the median
   * @param flushMillis CPU time of the longest flush of cached state in any round
   */
  private record Row(
      WindowsCase theCase,
      double eventsPerSecond,
      double cpuNanosPerEvent,
      long events,
      int rounds,
      double spread,
      double flushMillis) {
    static Row of(WindowsCase theCase, List<Measurement> rounds) {
      double median = median(rounds, Measurement::eventsPerSecond);
      double[] sorted =
          rounds.stream().mapToDouble(Measurement::eventsPerSecond).sorted().toArray();
      return new Row(
          theCase,
          median,
          median(rounds, Measurement::cpuNanosPerEvent),
          rounds.get(0).events(),
          rounds.size(),
          (sorted[sorted.length - 1] - sorted[0]) / median,
          rounds.stream().mapToLong(Measurement::flushNanos).max().orElseThrow() / 1e6);
    }

    private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
      double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
      int half = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
  }

  /** The CPU time per event of a case by that of another one. */
  private record Ratio(String key, WindowsCase of, WindowsCase by) {}

  /**
   * By events per second of CPU time: on a machine that does nothing else they are as events per
   * second are, for all cases keep both cores busy, and on another they still compare the cases.
   */
  private static Ratio ofSpeed(String key, WindowsCase of, WindowsCase by) {
    return ofCost(key, by, of);
  }

  private static Ratio ofCost(String key, WindowsCase of, WindowsCase by) {
    return new Ratio(key, of, by);
  }

  private static final List<Ratio> RATIOS =
      List.of(
          ofSpeed("exact_heap_over_pass", HEAP, PASS_THROUGH),
          ofSpeed("exact_rocksdb_cached_over_pass", ROCKSDB_CACHED, PASS_THROUGH),
          ofSpeed("exact_rocksdb_uncached_over_get_put", ROCKSDB_UNCACHED, GET_PUT),
          ofCost("loop_cpu_over_no_shuffle_cpu", LOOP, NO_SHUFFLE),
          ofSpeed("heap_over_sql_over_heap", HEAP_EVENT_TIME, SQL_OVER_HEAP),
          ofSpeed("rocksdb_cached_over_sql_over", ROCKSDB_CACHED_EVENT_TIME, SQL_OVER_ROCKSDB),
          ofSpeed("rocksdb_uncached_over_sql_over", ROCKSDB_UNCACHED_EVENT_TIME, SQL_OVER_ROCKSDB),
          ofSpeed("event_time_over_arrival", ROCKSDB_CACHED_EVENT_TIME, ROCKSDB_CACHED),
          ofCost("cost_6000_over_60", ROCKSDB_CACHED_6000, ROCKSDB_CACHED_60),
          ofCost("max_cost_over_avg", ROCKSDB_CACHED_MAX, ROCKSDB_CACHED_AVG),
          ofCost("quantile_cost_over_avg", ROCKSDB_CACHED_QUANTILE, ROCKSDB_CACHED_AVG));

  private final Scale scale;
  private final long seed;
  private final int events;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Double> ratios = new LinkedHashMap<>();

  /**
   * @param events payments that were simulated
   * @param stateBytesPerKey at 60 events in 30 days; null if it was not counted
   */
  WindowsResult(
      Scale scale,
      long seed,
      int events,
      Map<WindowsCase, List<Measurement>> measured,
      @Nullable Double stateBytesPerKey) {
    this.scale = scale;
    this.seed = seed;
    this.events = events;
    Map<WindowsCase, Row> byCase = new LinkedHashMap<>();
    measured.forEach((theCase, rounds) -> byCase.put(theCase, Row.of(theCase, rounds)));
    rows.addAll(byCase.values());
    for (Ratio ratio : RATIOS) {
      Row of = byCase.get(ratio.of);
      Row by = byCase.get(ratio.by);
      if (of != null && by != null && of.cpuNanosPerEvent > 0 && by.cpuNanosPerEvent > 0) {
        ratios.put(ratio.key, of.cpuNanosPerEvent / by.cpuNanosPerEvent);
      }
    }
    if (stateBytesPerKey != null) {
      ratios.put("state_bytes_per_key_60", stateBytesPerKey);
    }
  }

  /** For machines. A ratio is there only if both of its cases ran for a tick of the CPU's clock. */
  @Override
  public void writeJson(Writer out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("benchmark", "windows");
      json.writeNumberField("events", events);
      json.writeNumberField("customers", scale.customers());
      json.writeNumberField("terminals", scale.terminals());
      json.writeNumberField("days", scale.days());
      json.writeNumberField("seed", seed);
      json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
      json.writeStringField("java", Runtime.version().toString());
      json.writeArrayFieldStart("rows");
      for (Row row : rows) {
        json.writeStartObject();
        json.writeStringField("case", row.theCase.id());
        json.writeNumberField("events_per_s", rounded(row.eventsPerSecond));
        json.writeNumberField("cpu_ns_per_event", rounded(row.cpuNanosPerEvent));
        json.writeNumberField("events", row.events);
        json.writeNumberField("rounds", row.rounds);
        json.writeNumberField("spread", rounded(row.spread));
        if (row.flushMillis > 0) {
          json.writeNumberField("longest_flush_cpu_ms", rounded(row.flushMillis));
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectFieldStart("ratios");
      for (Map.Entry<String, Double> ratio : ratios.entrySet()) {
        json.writeNumberField(ratio.getKey(), rounded(ratio.getValue()));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    out.write(System.lineSeparator());
  }

  /** For people. */
  @Override
  public void print(PrintWriter out) {
    out.printf(
        "%-28s %12s %12s %10s %7s %7s %9s%n",
        "case", "events/s", "CPU ns/event", "events", "rounds", "spread", "flush ms");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-28s %,12.0f %,12.0f %,10d %7d %6.0f%% %9.1f%n",
          row.theCase.id(),
          row.eventsPerSecond,
          row.cpuNanosPerEvent,
          row.events,
          row.rounds,
          100 * row.spread,
          row.flushMillis);
    }
    out.println();
    ratios.forEach((key, value) -> out.printf(Locale.ROOT, "%-40s %12s%n", key, rounded(value)));
    out.flush();
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value, PRECISION);
  }
}
