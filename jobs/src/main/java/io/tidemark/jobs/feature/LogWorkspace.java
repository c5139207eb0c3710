package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.Arrays;
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
  final LogChunk found;
  final LogChunk visited;
  final ByteWriter writer = new ByteWriter();

  /** A spare chunk; a log whose open chunk is sealed or split takes it and leaves its old one. */
  LogChunk spare;

  final long largestReachMillis;
  final long retentionMillis;

  private final long[] distances;

  LogWorkspace(LogLayout layout, ChunkStore chunks) {
    this.layout = layout;
    this.chunks = chunks;
    this.largestReachMillis = layout.largestReachMillis();
    this.retentionMillis = layout.retentionMillis();
    List<WindowSpec> windows = layout.windows();
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
    this.scanned = newWindows();
    this.found = new LogChunk(layout.columns());
    this.visited = new LogChunk(layout.columns());
    this.spare = new LogChunk(layout.columns());
  }

  WindowSums[] newWindows() {
    return layout.windows().stream().map(WindowSums::new).toArray(WindowSums[]::new);
  }

  LogCursor[] newCursors() {
    return Arrays.stream(distances)
        .mapToObj(distance -> new LogCursor(distance, layout.columns()))
        .toArray(LogCursor[]::new);
  }

  /** About how many bytes of heap a log takes while it is held. */
  long bytesPerLog() {
    long perEntry = 2L * Long.BYTES + (long) layout.columns() * Double.BYTES;
    long perCursor = 100 + LogCursor.PREFETCH * (perEntry - Long.BYTES);
    long sums = layout.windows().stream().mapToLong(window -> window.columns().size()).sum();
    return 300
        + LogChunk.TARGET_SIZE * perEntry
        + distances.length * perCursor
        + 80L * layout.windows().size()
        + 50 * sums;
  }
}
