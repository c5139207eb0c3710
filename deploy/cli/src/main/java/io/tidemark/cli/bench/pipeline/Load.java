package io.tidemark.cli.bench.pipeline;

/**
 * Where a job stands, or what it did between two such points.
 *
 * @param scores that were written
 */
record Load(long scores, Usage usage) {

  /** What happened since then. */
  Load since(Load before) {
    return new Load(scores - before.scores, usage.since(before.usage));
  }

  double eventsPerSecond() {
    return scores * 1e9 / usage.nanos();
  }

  double jobCpuMicrosPerEvent() {
    return usage.jobCpu().toNanos() / 1e3 / scores;
  }

  double brokerCpuMicrosPerEvent() {
    return usage.brokerCpu().toNanos() / 1e3 / scores;
  }
}
