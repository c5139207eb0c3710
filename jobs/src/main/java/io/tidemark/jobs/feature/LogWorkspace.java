package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What all logs of one operator share: the layout resolved to cursors, the store of the current
 * key's chunks, and buffers that hold nothing between two calls. Not thread-safe.
 */
final class LogWorkspace {
  final LogLayout layout;
  final ChunkStore chunks;

  /** Which windows an entry enters, and which it leaves, when it passes a cursor. */
  final int[][] entering;

  final int[][] leaving;

  final WindowSums[] scanned;

  /** The one event that is being answered. */
  final LogChunk asked;

  /** Windows that an event enters at once. */
  final int[] undelayed;

  final LogChunk found;
  LogChunk visited;
  final ByteWriter writer = new ByteWriter();

  /** Heap that all logs in memory take, about, without the sealed chunks they hold. */
  long logBytes;

  /** How many sealed chunks all logs together hold in memory, and how many they may. */
  long heldChunks;

  long maxHeldChunks;

  final long largestReachMillis;
  final long retentionMillis;

  private final int[][] columnsOfWindow;
  private final long[] distances;
  private final long bytesPerEmptyLog;

  LogWorkspace(LogLayout layout, ChunkStore chunks) {
    this.layout = layout;
    this.chunks = chunks;
    this.largestReachMillis = layout.largestReachMillis();
    this.retentionMillis = layout.retentionMillis();
    List<WindowSpec> windows = layout.windows();
    this.columnsOfWindow =
        windows.stream()
            .map(window -> window.columns().stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    this.distances =
        windows.stream()
            .flatMap(window -> List.of(window.delayMillis(), window.reachMillis()).stream())
            .mapToLong(Long::longValue)
            .filter(distance -> distance > 0)
            .sorted()
            .distinct()
            .toArray();
    this.entering = new int[distances.length][];
    this.leaving = new int[distances.length][];
    for (int i = 0; i < distances.length; i++) {
      long distance = distances[i];
      entering[i] =
          IntStream.range(0, windows.size())
              .filter(window -> windows.get(window).delayMillis() == distance)
              .toArray();
      leaving[i] =
          IntStream.range(0, windows.size())
              .filter(window -> windows.get(window).reachMillis() == distance)
              .toArray();
    }
    this.bytesPerEmptyLog = countBytesPerEmptyLog();
    this.scanned = newWindows();
    this.undelayed =
        IntStream.range(0, windows.size())
            .filter(window -> windows.get(window).delayMillis() == 0)
            .toArray();
    this.asked = new LogChunk(layout.columns(), 1);
    this.found = new LogChunk(layout.columns(), KeyLog.CHUNK_SIZE);
    this.visited = new LogChunk(layout.columns(), KeyLog.CHUNK_SIZE);
  }

  WindowSums[] newWindows() {
    WindowSums[] windows = new WindowSums[columnsOfWindow.length];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = new WindowSums(columnsOfWindow[i]);
    }
    return windows;
  }

  LogCursor[] newCursors() {
    LogCursor[] cursors = new LogCursor[distances.length];
    for (int i = 0; i < cursors.length; i++) {
      cursors[i] = new LogCursor(distances[i], layout.columns());
    }
    return cursors;
  }

  /** Heap that all logs in memory take, about. */
  long heapBytes() {
    return logBytes + heldChunks * bytesPerChunk();
  }

  /**
   * About how many bytes of heap a log takes with its place in a cache, without its chunks and
   * cursors.
   */
  long bytesPerEmptyLog() {
    return bytesPerEmptyLog;
  }

  private long countBytesPerEmptyLog() {
    long sums = layout.windows().stream().mapToLong(window -> window.columns().size()).sum();
    return 350 + 80L * layout.windows().size() + 50 * sums;
  }

  /** About how many bytes of heap a sealed chunk takes that a log holds. */
  long bytesPerChunk() {
    return 80 + KeyLog.RESIDENT_CHUNK_SIZE * bytesPerEntry();
  }

  private long bytesPerEntry() {
    return 2L * Long.BYTES + (long) layout.columns() * Double.BYTES;
  }
}
