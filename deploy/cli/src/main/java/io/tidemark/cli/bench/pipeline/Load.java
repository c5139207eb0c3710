package io.tidemark.cli.bench.pipeline;

import java.time.Duration;

/**
 * How far everything had come at one time.
 *
 * @param scores that were written
 * @param jobCpu that the job's process had used
 * @param brokerCpu that the broker's had used
 */
record Load(long nanos, long scores, Duration jobCpu, Duration brokerCpu) {

  /** What happened since then. */
  Load since(Load before) {
    return new Load(
        nanos - before.nanos,
        scores - before.scores,
        jobCpu.minus(before.jobCpu),
        brokerCpu.minus(before.brokerCpu));
  }

  double eventsPerSecond() {
    return scores * 1e9 / nanos;
  }

  double jobCpuMicrosPerEvent() {
    return jobCpu.toNanos() / 1e3 / scores;
  }

  double brokerCpuMicrosPerEvent() {
    return brokerCpu.toNanos() / 1e3 / scores;
  }
}
