package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;
import io.tidemark.contract.TilePlan;
import io.tidemark.contract.TilePlan.Ladder;
import io.tidemark.contract.TilePlan.Ladder.Level;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of all windows with one hop, in every size of their {@link Ladder}. A tile holds what a
 * window over it would: each part that one of the windows has, once.
 *
 * <p><b>Cost.</b> An event is added to one tile of each size; as the events of a whole chunk are
 * added at once, that is about one read and one write of a page per size and chunk. A window is
 * merged from as many tiles of the largest size as it holds whole, and from smaller ones at its
 * ends: some dozens, in two pages per size.
 *
 * <p>Pages are those of the store's current key, and are let go of with {@link #leave}. Not
 * thread-safe.
 */
final class TileLadder {
  private static final int SUM_BYTES = 18;

  private final WindowSpec parts;
  private final int tilesPerPage;
  private final long[] sizes;

  /** How far behind the newest event tiles of each size are kept. */
  private final long[] kept;

  private final long hopMillis;
  private final long reachMillis;
  private final long delayMillis;
  private final int firstLevel;
  private final int allLevels;
  private final TilePage[] pages;
  private final ChunkStore store;
  private final ByteWriter writer;

  /** Parts that entries are added to; null for all. */
  private boolean @Nullable [] chosen;

  /**
   * @param parts what a tile holds
   * @param slackMillis how far behind the newest event answers are as of
   * @param firstLevel how many levels the ladders before have
   * @param allLevels how many levels all ladders have
   */
  TileLadder(
      Ladder ladder,
      WindowSpec parts,
      long slackMillis,
      int firstLevel,
      int allLevels,
      ChunkStore store,
      ByteWriter writer) {
    this.parts = parts;
    this.tilesPerPage = tilesPerPage(parts);
    List<Level> levels = ladder.levels();
    this.sizes = levels.stream().mapToLong(level -> level.size().toMillis()).toArray();
    this.kept =
        levels.stream().mapToLong(level -> level.reach().toMillis() + slackMillis).toArray();
    this.hopMillis = ladder.hop().toMillis();
    this.reachMillis = levels.get(levels.size() - 1).reach().toMillis();
    this.delayMillis = ladder.delay().toMillis();
    this.firstLevel = firstLevel;
    this.allLevels = allLevels;
    this.pages = levels.stream().map(level -> newPage()).toArray(TilePage[]::new);
    this.store = store;
    this.writer = writer;
  }

  private static int tilesPerPage(WindowSpec parts) {
    long bytes = 4 + (long) SUM_BYTES * parts.columns().size();
    for (ColumnAggregate aggregate : parts.aggregates()) {
      bytes +=
          aggregate
              .spec()
              .kind()
              .largestStateBytes(aggregate.spec().parameters(), TilePlan.VALUES_PER_TILE);
    }
    return TilePlan.tilesPerPage(bytes);
  }

  private TilePage newPage() {
    int cells = LogWindow.cells(parts);
    List<ColumnAggregate> aggregates = parts.aggregates();
    int[] all = IntStream.range(0, aggregates.size()).toArray();
    LogWindow[] tiles = new LogWindow[tilesPerPage];
    for (int i = 0; i < tilesPerPage; i++) {
      tiles[i] = new LogWindow(parts, all, i * cells, i * all.length);
    }
    Mergeable[] accumulators =
        IntStream.range(0, tilesPerPage * all.length)
            .mapToObj(i -> aggregates.get(i % all.length).spec().newAccumulator())
            .toArray(Mergeable[]::new);
    return new TilePage(new LogState.Detached(new long[tilesPerPage * cells], accumulators), tiles);
  }

  /** What a tile holds. */
  WindowSpec parts() {
    return parts;
  }

  /** How long the longest window is that it is for, delay and hop included. */
  long reachMillis() {
    return reachMillis;
  }

  /** The longest delay of a window that it is for. */
  long delayMillis() {
    return delayMillis;
  }

  long hopMillis() {
    return hopMillis;
  }

  /**
   * Lets entries be added to some parts only.
   *
   * @param parts the number of events, then the sums, then the aggregates; null for all
   */
  void addOnly(boolean @Nullable [] parts) {
    chosen = parts;
  }

  /** The latest end of a smallest tile up to a time. */
  long floor(long millis) {
    return Math.floorDiv(millis, sizes[0]) * sizes[0];
  }

  /**
   * Adds an entry to its tiles, those left out that nobody asks for any more.
   *
   * @param newestMillis time of the newest entry in tiles
   */
  void add(long[] entry, int at, long newestMillis) throws Exception {
    for (int level = 0; level < sizes.length; level++) {
      long tile = Math.floorDiv(entry[at] - 1, sizes[level]);
      if ((tile + 1) * sizes[level] <= newestMillis - kept[level]) {
        continue;
      }
      TilePage page = page(level, tile);
      LogWindow added = page.tileToAdd(Math.floorMod(tile, tilesPerPage));
      if (chosen == null) {
        added.add(page.state(), entry, at);
      } else {
        added.addTo(chosen, page.state(), entry, at);
      }
    }
  }

  /**
   * Merges the tiles in a span into a window, in order.
   *
   * @param after an end of a tile
   * @param upTo an end of a smallest tile
   */
  void merge(long after, long upTo, TiledWindow window, LogState target) throws Exception {
    merge(sizes.length - 1, after, upTo, window, target);
  }

  private void merge(int level, long after, long upTo, TiledWindow window, LogState target)
      throws Exception {
    if (after >= upTo) {
      return;
    }
    long size = sizes[level];
    long first = -Math.floorDiv(-after, size);
    long end = Math.floorDiv(upTo, size);
    if (first >= end) {
      merge(level - 1, after, upTo, window, target);
      return;
    }
    merge(level - 1, after, first * size, window, target);
    for (long tile = first; tile < end; tile++) {
      TilePage page = page(level, tile);
      LogWindow merged = page.tile(Math.floorMod(tile, tilesPerPage));
      if (merged != null) {
        window.merge(merged, page.state(), target);
      }
    }
    merge(level - 1, end * size, upTo, window, target);
  }

  /**
   * Removes the pages that nobody asks for any more.
   *
   * @param beforeMillis time of the newest entry in tiles when that was last done; {@link
   *     Long#MIN_VALUE} if it never was
   * @param newestMillis the same now
   */
  void trim(long beforeMillis, long newestMillis) throws Exception {
    if (beforeMillis == Long.MIN_VALUE) {
      return;
    }
    for (int level = 0; level < sizes.length; level++) {
      long span = sizes[level] * tilesPerPage;
      long end =
          Math.min(
              Math.floorDiv(newestMillis - kept[level], span),
              Math.floorDiv(beforeMillis - 1, span) + 1);
      for (long page = Math.floorDiv(beforeMillis - kept[level], span); page < end; page++) {
        store.remove(id(level, page));
      }
    }
  }

  private TilePage page(int level, long tile) throws Exception {
    TilePage page = pages[level];
    long id = id(level, Math.floorDiv(tile, tilesPerPage));
    if (!page.is(id)) {
      page.turnTo(id, store, writer);
    }
    return page;
  }

  /** Far below the ids of chunks and of what is aggregated of them. */
  private long id(int level, long page) {
    long unsigned = (page << 1) ^ (page >> 63);
    return Long.MIN_VALUE + unsigned * allLevels + firstLevel + level;
  }

  /**
   * Takes over the tiles of another ladder with the same hop, and so the same sizes as far as both
   * go.
   *
   * @param newestMillis time of the newest entry in tiles
   * @param sums per summed column of a tile, its place there, negative where it has none
   * @param aggregates the same per aggregate
   */
  void carry(TileLadder other, long newestMillis, int[] sums, int[] aggregates) throws Exception {
    for (int level = 0; level < Math.min(sizes.length, other.sizes.length); level++) {
      long last = Math.floorDiv(newestMillis - 1, sizes[level]);
      long first = Math.floorDiv(newestMillis - kept[level], sizes[level]);
      for (long tile = first; tile <= last; tile++) {
        TilePage page = other.page(level, tile);
        LogWindow carried = page.tile(Math.floorMod(tile, other.tilesPerPage));
        if (carried == null) {
          continue;
        }
        TilePage target = page(level, tile);
        LogWindow taken = target.tileToAdd(Math.floorMod(tile, tilesPerPage));
        taken.carry(carried, page.state(), target.state(), sums, aggregates);
        if (level == other.sizes.length - 1) {
          mergeUpwards(level, tile, taken, target.state());
        }
      }
    }
  }

  /** Merges a tile into those of the larger sizes. */
  private void mergeUpwards(int level, long tile, LogWindow merged, LogState from)
      throws Exception {
    int[] columns = IntStream.range(0, parts.columns().size()).toArray();
    int[] aggregates = IntStream.range(0, parts.aggregates().size()).toArray();
    for (int above = level + 1; above < sizes.length; above++) {
      long whole = Math.floorDiv(tile, sizes[above] / sizes[level]);
      TilePage page = page(above, whole);
      page.tileToAdd(Math.floorMod(whole, tilesPerPage))
          .merge(merged, from, page.state(), columns, aggregates);
    }
  }

  /** Writes what has changed, and lets go of all pages. */
  void leave() throws Exception {
    for (TilePage page : pages) {
      page.leave(store, writer);
    }
  }
}
