package io.tidemark.cli.bench.scoring;

import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/**
 * How long records waited for their answers, from when they were due: one that had to wait before
 * it was taken is not left out.
 *
 * @param perSecond how many records were due
 * @param degraded how many got the fallback in the model's place
 */
record Waiting(
    double perSecond, double p50Millis, double p99Millis, double p999Millis, long degraded) {

  static Waiting of(double perSecond, Feed feed) {
    Histogram micros = feed.latencies();
    return new Waiting(
        perSecond,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        feed.degraded());
  }

  /** As one line between processes. */
  String line() {
    return new StringJoiner(" ")
        .add(Double.toString(perSecond))
        .add(Double.toString(p50Millis))
        .add(Double.toString(p99Millis))
        .add(Double.toString(p999Millis))
        .add(Long.toString(degraded))
        .toString();
  }

  static Waiting parse(String line) {
    String[] parts = line.split(" ");
    return new Waiting(
        Double.parseDouble(parts[0]),
        Double.parseDouble(parts[1]),
        Double.parseDouble(parts[2]),
        Double.parseDouble(parts[3]),
        Long.parseLong(parts[4]));
  }
}
