package io.tidemark.cli.bench.pipeline;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What a JVM has done so far beside running the program.
 *
 * @param compiling for how long its compilers worked
 * @param collecting for how long it stood still for its garbage collector
 */
record JvmWork(Duration compiling, Duration collecting) {
  static final JvmWork NONE = new JvmWork(Duration.ZERO, Duration.ZERO);

  /** Of this process. */
  static JvmWork own() {
    return new JvmWork(
        Duration.ofMillis(ManagementFactory.getCompilationMXBean().getTotalCompilationTime()),
        Duration.ofMillis(
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum()));
  }

  static JvmWork parse(String line) {
    String[] parts = line.split(" ");
    return new JvmWork(Duration.parse(parts[0]), Duration.parse(parts[1]));
  }

  /** What {@link #parse} reads. */
  String line() {
    return compiling + " " + collecting;
  }

  JvmWork since(JvmWork before) {
    return new JvmWork(compiling.minus(before.compiling), collecting.minus(before.collecting));
  }
}
