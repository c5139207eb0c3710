package io.tidemark.cli.bench.pipeline;

import java.time.Duration;

/**
 * What the processes of the benchmark used so far, or between two points in time.
 *
 * @param nanos when, or for how long
 * @param jobCpu of Flink's job manager and task manager, which are one process
 * @param brokerCpu of the broker
 * @param benchCpu of this process, which sends and receives
 */
record Usage(long nanos, Duration jobCpu, Duration brokerCpu, Duration benchCpu) {

  static Usage of(ForkedMain job, ForkedMain broker) {
    return new Usage(System.nanoTime(), job.cpu(), broker.cpu(), ownCpu());
  }

  private static Duration ownCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** What happened since then. */
  Usage since(Usage before) {
    return new Usage(
        nanos - before.nanos,
        jobCpu.minus(before.jobCpu),
        brokerCpu.minus(before.brokerCpu),
        benchCpu.minus(before.benchCpu));
  }

  /** How many cores so much CPU time kept busy. */
  double cores(Duration cpu) {
    return (double) cpu.toNanos() / nanos;
  }

  /** The share of the machine that all of them together kept busy, from 0 to 1. */
  double ofMachine(int machineCores) {
    return cores(jobCpu.plus(brokerCpu).plus(benchCpu)) / machineCores;
  }
}
