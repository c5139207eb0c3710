package io.tidemark.cli.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.contract.Metadata;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a demo measured.
 *
 * @param events payments sent
 * @param scores of them, those whose score was received
 * @param seconds from the first payment to the last score
 * @param p50Millis from the time a payment was to be sent until its score was received; the cold
 *     start of the JVM is in it; null without a score
 * @param warmP50Millis the same from about the eleventh second on; null if it ended before
 * @param flagged payments with a score of at least the threshold
 * @param degraded scores that are the fallback
 * @param frauds payments sent that are frauds
 * @param caught frauds flagged
 */
public record DemoSummary(
    long events,
    long scores,
    double seconds,
    @Nullable Double p50Millis,
    @Nullable Double p99Millis,
    @Nullable Double warmP50Millis,
    @Nullable Double warmP99Millis,
    long flagged,
    long degraded,
    long frauds,
    long caught,
    int parallelism,
    String model,
    String version) {
  private static final JsonFactory JSON = new JsonFactory();

  static DemoSummary of(Tally tally, int parallelism, Metadata model) {
    return new DemoSummary(
        tally.sent(),
        tally.scores(),
        tally.nanos() / 1e9,
        millis(tally.latencies(), 50),
        millis(tally.latencies(), 99),
        millis(tally.warmLatencies(), 50),
        millis(tally.warmLatencies(), 99),
        tally.flagged(),
        tally.degraded(),
        tally.frauds(),
        tally.caught(),
        parallelism,
        model.name(),
        model.version().toString());
  }

  private static @Nullable Double millis(Histogram latencies, double percentile) {
    return latencies.getTotalCount() == 0 ? null : latencies.getValueAtPercentile(percentile) / 1e6;
  }

  public double scoresPerSecond() {
    return seconds > 0 ? scores / seconds : 0;
  }

  /** One JSON object on one line. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("events", events);
      json.writeNumberField("scores", scores);
      json.writeNumberField("seconds", rounded(seconds));
      json.writeNumberField("scores_per_s", rounded(scoresPerSecond()));
      json.writeNumberField("p50_ms", rounded(p50Millis));
      json.writeNumberField("p99_ms", rounded(p99Millis));
      json.writeNumberField("warm_p50_ms", rounded(warmP50Millis));
      json.writeNumberField("warm_p99_ms", rounded(warmP99Millis));
      json.writeNumberField("flagged", flagged);
      json.writeNumberField("degraded", degraded);
      json.writeNumberField("frauds", frauds);
      json.writeNumberField("caught", caught);
      json.writeNumberField("parallelism", parallelism);
      json.writeStringField("model", model);
      json.writeStringField("version", version);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return text.toString();
  }

  private static @Nullable BigDecimal rounded(@Nullable Double value) {
    return value == null ? null : BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
  }
}
