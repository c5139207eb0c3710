package io.tidemark.cli.bench.scoring;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processor time of this process, less that of Java's compilers where the system tells it: a
 * job that runs for hours has no part in what it takes to compile Flink for the seconds of a
 * benchmark.
 */
final class ProcessorTime {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final Path THREADS = Path.of("/proc/self/task");

  private ProcessorTime() {}

  /** Of all threads that live. */
  static long nanos() {
    if (!Files.isReadable(THREADS.resolveSibling("schedstat"))) {
      return PROCESS.getProcessCpuTime();
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      long nanos = 0;
      for (Path thread : threads) {
        nanos += nanos(thread);
      }
      return nanos;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long nanos(Path thread) {
    try {
      String name = Files.readString(thread.resolve("comm"));
      if (name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler")) {
        return 0;
      }
      String times = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(times.substring(0, times.indexOf(' ')));
    } catch (IOException e) { // it has just ended
      return 0;
    }
  }
}
