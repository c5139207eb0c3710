package io.tidemark.cli.bench.pipeline;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param events that lie on the topic when a job starts
 * @param warmUpEvents of these, before the measured part: the JVM compiles, and windows fill
 * @param latencyWarmUp how long is sent at half of the speed before latencies count
 * @param latency how long they count
 */
record PipelineScale(
    int customers,
    int terminals,
    int events,
    int warmUpEvents,
    Duration latencyWarmUp,
    Duration latency) {
  static final PipelineScale FULL =
      new PipelineScale(
          50_000, 100_000, 3_000_000, 1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(40));
  static final PipelineScale QUICK =
      new PipelineScale(
          50_000, 100_000, 1_200_000, 500_000, Duration.ofSeconds(5), Duration.ofSeconds(15));
}
