package io.tidemark.cli.bench.pipeline;

/**
 * What was used and done up to a point in time, or between two.
 *
 * @param work of the job's JVM
 */
record Moment(Usage usage, JvmWork work) {

  /** What happened since then. */
  Moment since(Moment before) {
    return new Moment(usage.since(before.usage), work.since(before.work));
  }
}
