package io.tidemark.cli.bench;

import java.util.StringJoiner;

/**
 * One or several runs of one case.
 *
 * @param events that were measured
 * @param nanos from the first to the last of them
 * @param cpuNanos that the process used meanwhile
 */
record Measurement(long events, long nanos, long cpuNanos) {
  private static final String SEPARATOR = " ";

  Measurement plus(Measurement other) {
    return new Measurement(events + other.events, nanos + other.nanos, cpuNanos + other.cpuNanos);
  }

  double eventsPerSecond() {
    return events * 1e9 / nanos;
  }

  double cpuNanosPerEvent() {
    return (double) cpuNanos / events;
  }

  /** As one line between processes. */
  String line() {
    return new StringJoiner(SEPARATOR)
        .add(Long.toString(events))
        .add(Long.toString(nanos))
        .add(Long.toString(cpuNanos))
        .toString();
  }

  static Measurement parse(String line) {
    String[] parts = line.split(SEPARATOR);
    return new Measurement(
        Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }
}
