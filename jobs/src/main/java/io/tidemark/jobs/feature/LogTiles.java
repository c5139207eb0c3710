package io.tidemark.jobs.feature;

import io.tidemark.contract.TilePlan;
import io.tidemark.contract.TilePlan.Ladder;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of a log: what is left of the events of a dense key that are too old to be kept.
 *
 * <p><b>How it works.</b> As long as a key has few events, its log holds them for the longest
 * window, and all windows are served from there: a sparse key never has a tile. Once tiles would
 * take less ({@link TilePlan#pays}), every sealed chunk is added to them, and from then on events
 * are kept only as long as windows that do not hop, late events and duplicates need them. A window
 * that hops then has a running state to which events are added as they come, and which is computed
 * anew when its lower end moves on, at most once per hop: from the tiles, and from the entries of
 * the log that are not yet in a chunk, or newer than the last whole tile up to its upper end.
 * Nothing is ever subtracted. An event behind the head is answered in the same way.
 *
 * <p>One per operator; holds nothing of any key between two calls. Not thread-safe.
 */
final class LogTiles {
  private final TilePlan plan;
  private final long retentionMillis;
  private final long slackMillis;
  private final Duration keptLonger;
  private final TileLadder[] ladders;

  /** Per window of the layout, null where tiles do not serve it. */
  private final @Nullable TiledWindow[] windows;

  /**
   * @param scanned the windows with all of their parts
   */
  LogTiles(LogLayout layout, LogScan scanned, ChunkStore store, ByteWriter writer) {
    this.plan = layout.tilePlan();
    this.retentionMillis = layout.tiledRetentionMillis();
    this.slackMillis = slackMillis(layout);
    this.keptLonger = Duration.ofMillis(layout.retentionMillis() - retentionMillis);
    this.ladders = ladders(layout, store, writer);
    this.windows = new TiledWindow[layout.windows().size()];
    for (int window = 0; window < windows.length; window++) {
      WindowSpec spec = layout.windows().get(window);
      int ladder = ladderOf(spec);
      if (ladder != LogGaps.NONE) {
        windows[window] = TiledWindow.of(scanned.window(window), spec, ladders[ladder]);
      }
    }
  }

  /** One ladder per hop. */
  static TileLadder[] ladders(LogLayout layout, ChunkStore store, ByteWriter writer) {
    List<Ladder> planned = layout.tilePlan().ladders();
    TileLadder[] ladders = new TileLadder[planned.size()];
    int levels = planned.stream().mapToInt(ladder -> ladder.levels().size()).sum();
    int before = 0;
    for (int i = 0; i < ladders.length; i++) {
      Ladder ladder = planned.get(i);
      WindowSpec parts = layout.tile(ladder.hop());
      ladders[i] =
          new TileLadder(ladder, parts, slackMillis(layout), before, levels, store, writer);
      before += ladder.levels().size();
    }
    return ladders;
  }

  private static long slackMillis(LogLayout layout) {
    return Math.max(layout.slackMillis(), layout.onceMillis());
  }

  private int ladderOf(WindowSpec spec) {
    Duration hop = spec.window() instanceof Trailing trailing ? trailing.hop() : null;
    for (int i = 0; hop != null && i < ladders.length; i++) {
      if (ladders[i].hopMillis() == hop.toMillis()) {
        return i;
      }
    }
    return LogGaps.NONE;
  }

  /** Whether a key is better served by tiles. */
  boolean pay(long events) {
    return plan.pays(events, keptLonger);
  }

  /** How long entries are kept where there are tiles. */
  long retentionMillis() {
    return retentionMillis;
  }

  /** How far behind the head of a key tiles give an answer. */
  long slackMillis() {
    return slackMillis;
  }

  boolean serve(int window) {
    return windows[window] != null;
  }

  /** The tiles of a window; only of one they serve. */
  TileLadder ladder(int window) {
    return tiled(window).ladder();
  }

  /** Position of a window's ladder, {@link LogGaps#NONE} where it has none. */
  int ladderOf(int window) {
    TiledWindow tiled = windows[window];
    return tiled == null ? LogGaps.NONE : Arrays.asList(ladders).indexOf(tiled.ladder());
  }

  /** Which part of a tile one of a window is: the number of events, a sum or an aggregate. */
  int partOfTile(int window, int part) {
    return tiled(window).partOfTile(part);
  }

  /** A ladder with the hop of another one; null where there is none. */
  @Nullable TileLadder ladderLike(TileLadder other) {
    return Stream.of(ladders)
        .filter(ladder -> ladder.hopMillis() == other.hopMillis())
        .findFirst()
        .orElse(null);
  }

  /** Lets entries be added to some parts of a ladder's tiles, see {@link TileLadder#addOnly}. */
  void addOnly(int ladder, boolean @Nullable [] parts) {
    ladders[ladder].addOnly(parts);
  }

  /** Up to where whole tiles are merged for a window that ends there; only of one they serve. */
  long floor(int window, long upToMillis) {
    return tiled(window).ladder().floor(upToMillis);
  }

  private TiledWindow tiled(int window) {
    TiledWindow tiled = windows[window];
    if (tiled == null) {
      throw new IllegalArgumentException("Window " + window + " does not hop");
    }
    return tiled;
  }

  /** Takes in a chunk that was just sealed. */
  void add(LogChunk sealed, long newestMillis) throws Exception {
    for (TileLadder ladder : ladders) {
      for (int i = 0; i < sealed.size(); i++) {
        ladder.add(sealed.cells(), sealed.at(i), newestMillis);
      }
    }
  }

  /** Takes in an entry that came into a sealed chunk. */
  void add(LogChunk sealed, int index, long newestMillis) throws Exception {
    for (TileLadder ladder : ladders) {
      ladder.add(sealed.cells(), sealed.at(index), newestMillis);
    }
  }

  /** Merges whole tiles into a window. */
  void merge(int window, long afterMillis, long upToMillis, LogState target) throws Exception {
    TiledWindow tiled = tiled(window);
    tiled.ladder().merge(afterMillis, upToMillis, tiled, target);
  }

  /** Removes what nobody asks for any more, see {@link TileLadder#trim}. */
  void trim(long beforeMillis, long newestMillis) throws Exception {
    for (TileLadder ladder : ladders) {
      ladder.trim(beforeMillis, newestMillis);
    }
  }

  /** Writes what has changed; the current key of the store may be another one afterwards. */
  void leave() throws Exception {
    for (TileLadder ladder : ladders) {
      ladder.leave();
    }
  }
}
