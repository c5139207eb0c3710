package io.tidemark.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time that this process has used for its work: without what the JVM's compilers used, which is
 * a third of everything in the seconds that a benchmark takes, and nothing in the days of a job. It
 * is read where Linux tells it of each thread; elsewhere the compilers count.
 */
final class WorkTime {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final Path THREADS = Path.of("/proc/self/task");

  /** Their names, as far as Linux keeps them. */
  private static final List<String> COMPILERS = List.of("C1 CompilerThre", "C2 CompilerThre");

  private WorkTime() {}

  /** So far, in nanoseconds; the process's clock ticks in hundredths of a second. */
  static long cpuNanos() {
    return PROCESS.getProcessCpuTime() - compilerNanos();
  }

  private static long compilerNanos() {
    if (!Files.isDirectory(THREADS)) {
      return 0;
    }
    try (Stream<Path> threads = Files.list(THREADS)) {
      return threads.mapToLong(WorkTime::nanosIfCompiler).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long nanosIfCompiler(Path thread) {
    try {
      if (!COMPILERS.contains(Files.readString(thread.resolve("comm"), US_ASCII).strip())) {
        return 0;
      }
      String nanos = Files.readString(thread.resolve("schedstat"), US_ASCII).split(" ")[0];
      return Long.parseLong(nanos);
    } catch (IOException e) {
      return 0; // The thread has ended meanwhile, and so is no compiler: those stay.
    }
  }
}
