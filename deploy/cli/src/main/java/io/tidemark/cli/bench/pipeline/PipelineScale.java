package io.tidemark.cli.bench.pipeline;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param warmUpRounds how often some events are scored, and then the JVM is let compile what it
 *     wants to: at full load its compilers get too little of the machine to ever be done
 * @param warmUpEvents of a round; windows fill, too
 * @param events that are put on the topic for the job to work off at full load
 * @param latencyWarmUp how long is sent at a part of the speed before latencies are measured
 * @param latency how long they count at each speed
 */
record PipelineScale(
    int customers,
    int terminals,
    int warmUpRounds,
    int warmUpEvents,
    int events,
    Duration latencyWarmUp,
    Duration latency) {
  static final PipelineScale FULL =
      new PipelineScale(
          50_000, 100_000, 8, 150_000, 2_500_000, Duration.ofSeconds(30), Duration.ofSeconds(40));
  static final PipelineScale QUICK =
      new PipelineScale(
          50_000, 100_000, 6, 80_000, 600_000, Duration.ofSeconds(15), Duration.ofSeconds(15));
}
