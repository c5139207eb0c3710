package io.tidemark.cli.bench.scoring;

/**
 * The measured part of a run.
 *
 * @param nanos it took
 * @param cpuNanos that the process used meanwhile, see {@link ProcessorTime}
 */
record Load(long records, long nanos, long cpuNanos) {
  double recordsPerSecond() {
    return records * 1e9 / nanos;
  }

  double cpuNanosPerRecord() {
    return (double) cpuNanos / records;
  }

  /** As one line between processes. */
  String line() {
    return records + " " + nanos + " " + cpuNanos;
  }

  static Load parse(String line) {
    String[] parts = line.split(" ");
    return new Load(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }
}
