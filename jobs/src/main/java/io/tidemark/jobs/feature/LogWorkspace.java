package io.tidemark.jobs.feature;

import io.tidemark.aggregate.AggregateTraits;
import io.tidemark.aggregate.Mergeable;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all logs of one operator share: the layout resolved to cursors, the store of the current
 * key's chunks, and buffers that hold nothing between two calls. Not thread-safe.
 */
final class LogWorkspace {
  static final int NO_CURSOR = -1;

  final LogLayout layout;
  final ChunkStore chunks;

  /** How many numbers a log's state has. */
  final int cells;

  /** How many the copies of its cursors take. */
  final int copyCells;

  /** How far apart entries stand. */
  final int stride;

  /** The windows, in the order of the layout. */
  final LogWindow[] windows;

  /** One per distance, in order of these. */
  final LogCursor[] cursors;

  /** Which windows an entry enters, and which it leaves, when it passes a cursor. */
  final int[][] entering;

  final int[][] leaving;

  /** What an entry does when it comes in, and per cursor when it passes that. */
  final Passage arrival;

  final Passage[] passages;

  /** Per window, the cursor that an entry passes to leave it; none where it only grows. */
  final int[] tails;

  /** Per window, the cursor that an entry passes to enter it; none where it enters at once. */
  final int[] heads;

  /** Windows that an event enters at once. */
  final int[] undelayed;

  /** Windows of which only the running state is kept. */
  final int[] growing;

  /** Per window, positions in {@link #treeAggregates} of what it merges from parts. */
  final int[][] treePositions;

  /** The same among the window's own aggregates. */
  final int[][] mergedPositions;

  /** Per window, where its answers are merged, in the order of its {@link #treePositions}. */
  final Mergeable[][] mergeTargets;

  /** The aggregates that windows merge from parts. */
  final List<ColumnAggregate> treeAggregates;

  /** Whether there are such; where not, a log need not ask its own. */
  final boolean mergesParts;

  /**
   * Whether anything is aggregated of sealed chunks: parts of windows, tiles, or, once they are
   * dropped, what growing windows held before.
   */
  final boolean aggregatesChunks;

  /** Positions of all windows. */
  final int[] all;

  /** The windows as of another time than the log's. */
  final LogScan scan;

  final LogTiles tiles;

  /** Per cursor, whether tiles can stand in for it. */
  final boolean[] tiledEdges;

  /** Windows that tiles serve and that merge from parts. */
  final int[] tiledParts;

  final GrowthBase base;

  /** What all logs share that have no gaps; nothing is ever noted in it. */
  final LogGaps noGaps;

  /** The one event that is being answered. */
  final LogChunk asked;

  final LogChunk found;
  LogChunk visited;

  /** Whether {@link #visited} is a chunk of the log at hand as it is now. */
  boolean visitedIsCurrent;

  /** Keeps the compiler from leaving out reads that are made for their speed alone. */
  long lastFetched;

  final ByteWriter writer = new ByteWriter();

  /** A node of any log. */
  final AggregateNode node;

  /** One accumulator per aggregate of the tree. */
  final Mergeable[] total;

  /** Heap that all logs in memory take, about, without the sealed chunks they hold. */
  long logBytes;

  /** How many sealed chunks all logs together hold in memory, and how many they may. */
  long heldChunks;

  long maxHeldChunks;

  /** As how many chunks a node counts. */
  final long chunksPerNode;

  final long retentionMillis;

  /** The number of the layout, which headers name. */
  final int layoutNumber;

  private final int[][] single;
  private final List<Edge> edges;
  private final Mergeable[][] merged;
  private final ColumnAggregate[][] partAggregates;

  private final long bytesPerEmptyLog;

  LogWorkspace(LogLayout layout, ChunkStore chunks) {
    this(layout, 0, chunks);
  }

  /**
   * @param layoutNumber position of the layout among those of the operator's state
   */
  LogWorkspace(LogLayout layout, int layoutNumber, ChunkStore chunks) {
    this.layout = layout;
    this.layoutNumber = layoutNumber;
    this.chunks = chunks;
    this.retentionMillis = layout.retentionMillis();
    this.stride = 2 + layout.columns();
    List<WindowSpec> specs = layout.windows();
    this.edges =
        specs.stream()
            .filter(window -> !window.isGrowing())
            .flatMap(window -> Stream.of(Edge.exact(window.delayMillis()), window.leavingEdge()))
            .filter(edge -> edge.distanceMillis() > 0)
            .distinct()
            .sorted(
                Comparator.comparingLong(Edge::distanceMillis)
                    .thenComparingLong(Edge::hopMillis)
                    .thenComparingLong(Edge::gapMillis))
            .toList();
    this.tails =
        specs.stream()
            .mapToInt(
                window -> window.isGrowing() ? NO_CURSOR : edges.indexOf(window.leavingEdge()))
            .toArray();
    this.heads =
        specs.stream()
            .mapToInt(
                window ->
                    window.isGrowing()
                        ? NO_CURSOR
                        : edges.indexOf(Edge.exact(window.delayMillis())))
            .toArray();
    this.entering = perEdge(heads);
    this.leaving = perEdge(tails);
    this.growing = indexes(specs.size(), window -> specs.get(window).isGrowing());
    this.undelayed = indexes(specs.size(), window -> heads[window] == NO_CURSOR);
    this.treeAggregates =
        specs.stream()
            .flatMap(
                window -> IntStream.of(positionsMerged(window)).mapToObj(window.aggregates()::get))
            .distinct()
            .toList();
    this.mergesParts = !treeAggregates.isEmpty();
    this.aggregatesChunks = mergesParts || growing.length > 0 || layout.mayBeTiled();
    this.treePositions =
        specs.stream()
            .map(
                window ->
                    IntStream.of(positionsMerged(window))
                        .map(position -> treeAggregates.indexOf(window.aggregates().get(position)))
                        .toArray())
            .toArray(int[][]::new);
    this.mergedPositions = specs.stream().map(LogWorkspace::positionsMerged).toArray(int[][]::new);
    this.merged =
        specs.stream()
            .map(
                window -> {
                  Mergeable[] answered = new Mergeable[window.aggregates().size()];
                  for (int position : positionsMerged(window)) {
                    answered[position] = window.aggregates().get(position).spec().newAccumulator();
                  }
                  return answered;
                })
            .toArray(Mergeable[][]::new);
    this.mergeTargets =
        Stream.of(merged)
            .map(all -> Stream.of(all).filter(Objects::nonNull).toArray(Mergeable[]::new))
            .toArray(Mergeable[][]::new);
    this.partAggregates =
        Stream.of(treePositions)
            .map(
                positions ->
                    IntStream.of(positions)
                        .mapToObj(treeAggregates::get)
                        .toArray(ColumnAggregate[]::new))
            .toArray(ColumnAggregate[][]::new);
    this.windows = new LogWindow[specs.size()];
    LogWindow[] scannedWindows = new LogWindow[specs.size()];
    this.cursors = new LogCursor[edges.size()];
    this.cells = place(specs, scannedWindows);
    this.copyCells = cursors.length * LogCursor.copyCells(layout.columns());
    this.arrival = new Passage(windows(undelayed), new LogWindow[0]);
    this.passages = new Passage[cursors.length];
    for (int i = 0; i < passages.length; i++) {
      passages[i] = new Passage(windows(entering[i]), windows(leaving[i]));
    }
    this.all = indexes(specs.size(), window -> true);
    this.scan = new LogScan(this, newScannedState(), scannedWindows);
    this.tiles = new LogTiles(layout, scan, chunks, writer);
    this.single = IntStream.of(all).mapToObj(window -> new int[] {window}).toArray(int[][]::new);
    this.tiledEdges = new boolean[edges.size()];
    for (int i = 0; i < tiledEdges.length; i++) {
      tiledEdges[i] = edges.get(i).hopMillis() > 0;
    }
    this.tiledParts =
        indexes(specs.size(), window -> tiles.serve(window) && treePositions[window].length > 0);
    this.base =
        new GrowthBase(
            newScannedState(),
            IntStream.of(growing)
                .mapToObj(window -> scannedWindows[window])
                .toArray(LogWindow[]::new));
    this.noGaps = new LogGaps(layout);
    this.node = new AggregateNode(treeAggregates);
    this.total = AggregateNode.newAccumulators(treeAggregates);
    this.asked = new LogChunk(layout.columns(), 1);
    this.found = new LogChunk(layout.columns(), KeyLog.CHUNK_SIZE);
    this.visited = new LogChunk(layout.columns(), KeyLog.CHUNK_SIZE);
    this.chunksPerNode = 1 + AggregateNode.FAN_OUT * heapBytes(treeAggregates) / bytesPerChunk();
    this.bytesPerEmptyLog = countBytesPerEmptyLog();
  }

  private static int[] indexes(int count, IntPredicate chosen) {
    return IntStream.range(0, count).filter(chosen).toArray();
  }

  private LogWindow[] windows(int[] positions) {
    return IntStream.of(positions)
        .mapToObj(position -> windows[position])
        .toArray(LogWindow[]::new);
  }

  private int[][] perEdge(int[] edgeOfWindow) {
    return IntStream.range(0, edges.size())
        .mapToObj(edge -> indexes(edgeOfWindow.length, window -> edgeOfWindow[window] == edge))
        .toArray(int[][]::new);
  }

  /** Where the aggregates stand that the window merges from parts, which it cannot take back. */
  private static int[] positionsMerged(WindowSpec window) {
    return indexes(
        window.aggregates().size(),
        position ->
            !window.isGrowing() && !window.aggregates().get(position).spec().traits().invertible());
  }

  /**
   * Gives cells to cursors and windows: what every event needs of them comes first.
   *
   * @param scannedWindows filled with the same windows, at the same cells, of which all aggregates
   *     are running
   * @return how many there are
   */
  private int place(List<WindowSpec> specs, LogWindow[] scannedWindows) {
    int next = edges.size() * LogCursor.HOT_CELLS;
    int accumulators = 0;
    for (int i = 0; i < windows.length; i++) {
      WindowSpec spec = specs.get(i);
      @Nullable Mergeable[] answered = merged[i];
      int[] running = indexes(answered.length, position -> answered[position] == null);
      int[] all = indexes(answered.length, position -> true);
      windows[i] = new LogWindow(spec, running, next, accumulators);
      scannedWindows[i] = new LogWindow(spec, all, next, accumulators);
      next += LogWindow.cells(spec);
      accumulators += spec.aggregates().size();
    }
    for (int i = 0; i < cursors.length; i++) {
      int hot = i * LogCursor.HOT_CELLS;
      int copies = i * LogCursor.copyCells(layout.columns());
      cursors[i] = new LogCursor(edges.get(i), layout.columns(), hot, next, copies);
      next += LogCursor.OTHER_CELLS;
    }
    return next;
  }

  /** Where entries leave a window; null where they never do. */
  @Nullable Edge tailEdge(int window) {
    return tails[window] == NO_CURSOR ? null : edges.get(tails[window]);
  }

  /** The accumulators of a log; those that are merged for an answer all logs share. */
  Mergeable[] newAccumulators() {
    return newAccumulators(window -> merged[window]);
  }

  /** Without a log; all aggregates are its own. */
  LogState newScannedState() {
    return new LogState.Detached(
        new long[cells], newAccumulators(window -> new @Nullable Mergeable[merged[window].length]));
  }

  private Mergeable[] newAccumulators(IntFunction<@Nullable Mergeable[]> shared) {
    List<Mergeable> accumulators = new ArrayList<>();
    for (int i = 0; i < merged.length; i++) {
      List<ColumnAggregate> aggregates = layout.windows().get(i).aggregates();
      @Nullable Mergeable[] known = shared.apply(i);
      for (int position = 0; position < known.length; position++) {
        Mergeable accumulator = known[position];
        accumulators.add(
            accumulator == null ? aggregates.get(position).spec().newAccumulator() : accumulator);
      }
    }
    return accumulators.toArray(Mergeable[]::new);
  }

  /** Positions of one window. */
  int[] single(int window) {
    return single[window];
  }

  /** Per window its parts, null where nothing is merged from parts. */
  @Nullable WindowParts[] newParts() {
    @Nullable WindowParts[] parts = new WindowParts[treePositions.length];
    for (int i = 0; i < parts.length; i++) {
      if (treePositions[i].length > 0) {
        parts[i] = new WindowParts(partAggregates[i]);
      }
    }
    return parts;
  }

  /** Heap that all logs in memory take, about. */
  long heapBytes() {
    return logBytes + heldChunks * bytesPerChunk();
  }

  /** About how many bytes of heap a log takes with its place in a cache, without its chunks. */
  long bytesPerEmptyLog() {
    return bytesPerEmptyLog;
  }

  private long countBytesPerEmptyLog() {
    long bytes = 550 + (long) cells * Long.BYTES;
    for (WindowSpec window : layout.windows()) {
      for (ColumnAggregate aggregate : window.aggregates()) {
        boolean inParts = !window.isGrowing() && !aggregate.spec().traits().invertible();
        bytes += (inParts ? 3 : 1) * heapBytes(List.of(aggregate));
      }
    }
    return bytes;
  }

  /** About how many bytes of heap a sealed chunk takes that a log holds. */
  long bytesPerChunk() {
    int entries = aggregatesChunks ? KeyLog.RESIDENT_CHUNK_SIZE : KeyLog.LARGE_CHUNK_SIZE;
    return 80 + entries * bytesPerEntry();
  }

  private long bytesPerEntry() {
    return 2L * Long.BYTES + (long) layout.columns() * Double.BYTES;
  }

  /** About how much accumulators take; those that grow are taken for filled to some hundreds. */
  private static long heapBytes(List<ColumnAggregate> aggregates) {
    long bytes = 0;
    for (ColumnAggregate aggregate : aggregates) {
      AggregateTraits traits = aggregate.spec().traits();
      bytes += 60 + Math.min(2 * traits.largestStateBytes(), 4_096);
    }
    return bytes;
  }
}
