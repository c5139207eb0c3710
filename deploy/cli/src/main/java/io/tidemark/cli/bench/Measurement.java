package io.tidemark.cli.bench;

import java.util.StringJoiner;

/**
 * One or several runs of one case.
 *
 * @param events that were measured
 * @param nanos from the first to the last of them
 * @param cpuNanos that the process used meanwhile
 * @param flushNanos CPU time of the longest flush of cached state before a checkpoint; 0 where
 *     there was none
 */
record Measurement(long events, long nanos, long cpuNanos, long flushNanos) {
  private static final String SEPARATOR = " ";

  Measurement plus(Measurement other) {
    return new Measurement(
        events + other.events,
        nanos + other.nanos,
        cpuNanos + other.cpuNanos,
        Math.max(flushNanos, other.flushNanos));
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
        .add(Long.toString(flushNanos))
        .toString();
  }

  static Measurement parse(String line) {
    String[] parts = line.split(SEPARATOR);
    return new Measurement(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]));
  }
}
