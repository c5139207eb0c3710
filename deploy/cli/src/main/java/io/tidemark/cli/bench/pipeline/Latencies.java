package io.tidemark.cli.bench.pipeline;

import org.HdrHistogram.Histogram;

/**
 * From the time a payment was to be sent until a consumer has its score.
 *
 * @param perSecond how many payments were to be sent
 * @param micros one value per payment
 * @param degraded how many got the fallback in the model's place
 */
record Latencies(double perSecond, Histogram micros, long degraded) {
  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }
}
