package io.tidemark.jobs.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds, after the collector has run. */
final class ProcessMemory {
  /** Where Linux says it. */
  static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** Beside the heap, which grows as it likes. */
  static long nativeKibibytes() throws IOException {
    System.gc();
    long resident =
        Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findAny()
            .orElseThrow();
    return resident - Runtime.getRuntime().totalMemory() / 1024;
  }

  static long heapBytesInUse() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
