package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A running job's metrics as Prometheus scrapes them. */
final class ExportedMetrics {
  private static final Pattern OURS = Pattern.compile("^(# (HELP|TYPE) )?tidemark_");

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final URI endpoint;

  ExportedMetrics(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Where Prometheus finds them. */
  URI endpoint() {
    return endpoint;
  }

  /** Whether there is a series of that name, whatever its value. */
  boolean exports(String name) {
    return values(series -> series.startsWith(name + "{")).findAny().isPresent();
  }

  /** The sum of a counter over all subtasks and labels. */
  long count(String name) {
    return (long) values(series -> series.startsWith(name + "{")).sum();
  }

  long rejected(String reason) {
    return (long)
        values(
                series ->
                    series.startsWith("tidemark_events_rejected_total{")
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

  /** The lines of Tidemark's own series, with their help and types. */
  List<String> ours() {
    return lines().filter(line -> OURS.matcher(line).find()).toList();
  }

  private DoubleStream values(Predicate<String> wanted) {
    return lines()
        .filter(line -> !line.startsWith("#") && wanted.test(line))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
  }

  /** Scrapes again where a scrape has failed, as Prometheus does: one may while a job starts. */
  private Stream<String> lines() {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (InputStream in = endpoint.toURL().openStream()) {
        return new String(in.readAllBytes(), UTF_8).lines();
      } catch (IOException e) {
        if (System.nanoTime() > deadlineNanos) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
