package io.tidemark.cli.bench.scoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.cli.bench.BenchResult;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What a run of the benchmark found. */
public final class ScoringResult implements BenchResult {
  private static final JsonFactory JSON = new JsonFactory();
  private static final MathContext PRECISION = new MathContext(4);

  /** Of the highest rate, where what a model adds to the wait is told. */
  static final double LOW_SHARE = 0.1;

  /** A case with a model. */
  record Key(ScoringCase theCase, BenchModel model) {}

  private final ScoringScale scale;
  private final Set<BenchModel> models;
  private final Map<Key, List<Load>> loads = new LinkedHashMap<>();
  private final Map<Key, TreeMap<Double, List<Waiting>>> waitings = new LinkedHashMap<>();

  ScoringResult(ScoringScale scale, Set<BenchModel> models) {
    this.scale = scale;
    this.models = models;
  }

  void add(Key key, Load load) {
    loads.computeIfAbsent(key, first -> new ArrayList<>()).add(load);
  }

  void add(Key key, double share, Waiting waiting) {
    waitings
        .computeIfAbsent(key, first -> new TreeMap<>())
        .computeIfAbsent(share, first -> new ArrayList<>())
        .add(waiting);
  }

  double recordsPerSecond(Key key) {
    return median(key, Load::recordsPerSecond);
  }

  private double cpuNanos(ScoringCase theCase, BenchModel model) {
    BenchModel with = theCase.infers() ? model : models.iterator().next();
    return median(new Key(theCase, with), Load::cpuNanosPerRecord);
  }

  private double median(Key key, ToDoubleFunction<Load> value) {
    List<Load> rounds = loads.get(key);
    if (rounds == null) {
      throw new IllegalStateException(key + " was not measured");
    }
    return median(rounds, value);
  }

  private static <T> double median(List<T> rounds, ToDoubleFunction<T> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** Rates per CPU-second by one another, and what a record costs beyond inference. */
  Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (BenchModel model : models) {
      String key = model.key();
      if (key == null) {
        continue;
      }
      double raw = cpuNanos(ScoringCase.RAW, model);
      double async = cpuNanos(ScoringCase.ASYNC, model);
      double sync = cpuNanos(ScoringCase.SYNC, model);
      ratios.put("async_over_raw_" + key, raw / async);
      ratios.put("sync_over_raw_" + key, raw / sync);
      ratios.put("async_over_naive_" + key, cpuNanos(ScoringCase.NAIVE, model) / async);
      ratios.put(
          "async_overhead_ns_" + key, async - cpuNanos(ScoringCase.ASYNC_NO_OP, model) - raw);
      ratios.put("sync_overhead_ns_" + key, sync - cpuNanos(ScoringCase.SYNC_NO_OP, model) - raw);
      ratios.put(
          "added_p99_ms_at_10pct_" + key,
          p99(ScoringCase.ASYNC, model) - p99(ScoringCase.ASYNC_NO_OP, model));
    }
    return ratios;
  }

  private double p99(ScoringCase theCase, BenchModel model) {
    return median(waitings.get(new Key(theCase, model)).get(LOW_SHARE), Waiting::p99Millis);
  }

  /** For machines. */
  @Override
  public void writeJson(Writer out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("benchmark", "scoring");
      json.writeNumberField("distinct_rows", scale.distinctRows());
      json.writeNumberField("rounds", scale.rounds());
      json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
      json.writeStringField("java", Runtime.version().toString());
      json.writeArrayFieldStart("rows");
      for (Key key : loads.keySet()) {
        write(json, key);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("latencies");
      for (Map.Entry<Key, TreeMap<Double, List<Waiting>>> entry : waitings.entrySet()) {
        for (Map.Entry<Double, List<Waiting>> share : entry.getValue().entrySet()) {
          write(json, entry.getKey(), share.getKey(), share.getValue());
        }
      }
      json.writeEndArray();
      json.writeObjectFieldStart("ratios");
      for (Map.Entry<String, Double> ratio : ratios().entrySet()) {
        json.writeNumberField(ratio.getKey(), rounded(ratio.getValue()));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    out.write(System.lineSeparator());
  }

  private void write(JsonGenerator json, Key key) throws IOException {
    json.writeStartObject();
    json.writeStringField("case", key.theCase.id());
    json.writeStringField("model", key.theCase.infers() ? key.model.id() : "none");
    json.writeNumberField("records_per_s", rounded(recordsPerSecond(key)));
    json.writeNumberField("cpu_ns_per_record", rounded(median(key, Load::cpuNanosPerRecord)));
    json.writeNumberField("records", loads.get(key).get(0).records());
    json.writeNumberField("spread", rounded(spread(key)));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Key key, double share, List<Waiting> rounds)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("case", key.theCase.id());
    json.writeStringField("model", key.model.id());
    json.writeNumberField("share_of_peak", share);
    json.writeNumberField("records_per_s", rounded(median(rounds, Waiting::perSecond)));
    json.writeNumberField("p50_ms", rounded(median(rounds, Waiting::p50Millis)));
    json.writeNumberField("p99_ms", rounded(median(rounds, Waiting::p99Millis)));
    json.writeNumberField("p999_ms", rounded(median(rounds, Waiting::p999Millis)));
    json.writeNumberField("degraded", rounds.stream().mapToLong(Waiting::degraded).sum());
    json.writeEndObject();
  }

  /** Largest less smallest cost of the rounds, by the median. */
  private double spread(Key key) {
    double[] sorted =
        loads.get(key).stream().mapToDouble(Load::cpuNanosPerRecord).sorted().toArray();
    return (sorted[sorted.length - 1] - sorted[0]) / median(key, Load::cpuNanosPerRecord);
  }

  /** For people. */
  @Override
  public void print(PrintWriter out) {
    out.printf(
        "%-14s %-10s %14s %16s %8s%n", "case", "model", "records/s", "CPU ns/record", "spread");
    for (Key key : loads.keySet()) {
      out.printf(
          Locale.ROOT,
          "%-14s %-10s %,14.0f %,16.0f %7.0f%%%n",
          key.theCase.id(),
          key.theCase.infers() ? key.model.id() : "none",
          recordsPerSecond(key),
          median(key, Load::cpuNanosPerRecord),
          100 * spread(key));
    }
    out.printf(
        "%n%-14s %-10s %6s %14s %9s %9s %9s%n",
        "case", "model", "load", "records/s", "p50 ms", "p99 ms", "p99.9 ms");
    waitings.forEach(
        (key, shares) ->
            shares.forEach(
                (share, rounds) ->
                    out.printf(
                        Locale.ROOT,
                        "%-14s %-10s %5.0f%% %,14.0f %9.2f %9.2f %9.2f%n",
                        key.theCase.id(),
                        key.model.id(),
                        100 * share,
                        median(rounds, Waiting::perSecond),
                        median(rounds, Waiting::p50Millis),
                        median(rounds, Waiting::p99Millis),
                        median(rounds, Waiting::p999Millis))));
    out.println();
    ratios().forEach((key, value) -> out.printf(Locale.ROOT, "%-32s %12s%n", key, rounded(value)));
    out.flush();
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(PRECISION);
  }
}
