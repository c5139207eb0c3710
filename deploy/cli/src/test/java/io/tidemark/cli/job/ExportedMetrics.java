package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/** A running job's metrics as Prometheus scrapes them. */
final class ExportedMetrics {
  private final URI endpoint;

  ExportedMetrics(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** The sum of a counter over all subtasks. */
  long count(String name) {
    return (long) values(series -> series.contains("_" + name + "{")).sum();
  }

  long rejected(String reason) {
    return (long)
        values(
                series ->
                    series.contains("_tidemark_events_rejected{")
                        && series.contains("reason=\"" + reason + "\""))
            .sum();
  }

  /** The lowest watermark that has reached any subtask of the last keyed operator. */
  double watermarkMillis() {
    return values(
            series ->
                series.contains("_operator_currentInputWatermark{")
                    && series.contains("operator_name=\"terminal_risk"))
        .min()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  double completedCheckpoints() {
    return values(series -> series.contains("_numberOfCompletedCheckpoints{")).max().orElse(0);
  }

  private DoubleStream values(Predicate<String> wanted) {
    try (InputStream in = endpoint.toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && wanted.test(line))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
