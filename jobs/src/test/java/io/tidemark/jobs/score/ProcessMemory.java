package io.tidemark.jobs.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds, after the collector has run. */
final class ProcessMemory {
  /** Where Linux says it, mapping by mapping. */
  static final Path MAPPINGS = Path.of("/proc/self/smaps");

  /** Java's heap lies below, where references of 32 bits reach it; all native memory above. */
  private static final long HEAP_END = 1L << 36;

  private ProcessMemory() {}

  /** Resident memory beside the heap. */
  static long nativeKibibytes() throws IOException {
    System.gc();
    long kibibytes = 0;
    boolean isNative = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      int dash = line.indexOf('-');
      if (line.startsWith("Rss:")) {
        kibibytes += isNative ? Long.parseLong(line.replaceAll("\\D", "")) : 0;
      } else if (dash > 0 && line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        isNative = Long.parseUnsignedLong(line.substring(0, dash), 16) >= HEAP_END;
      }
    }
    return kibibytes;
  }

  static long heapBytesInUse() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
