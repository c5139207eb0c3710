package io.tidemark.jobs.feature;

import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tiles of a key from the layout they were written in into the current one: of each hop
 * that both have, the parts that both have. The events that other parts would need are gone, but
 * for those still in the log.
 *
 * <p>Holds nothing of any key between two calls. Not thread-safe.
 */
final class TileCarry {
  private final LogWorkspace from;
  private final LogWorkspace to;
  private final Carried[] ladders;

  /**
   * A ladder of the current layout.
   *
   * @param written where its tiles are put until the key's old ones are removed
   * @param old the one they are taken from; null where there is none
   * @param sums per summed column of a tile, its place in an old one, negative where it has none
   * @param aggregates the same per aggregate
   */
  private record Carried(
      TileLadder written, @Nullable TileLadder old, int[] sums, int[] aggregates) {
    boolean isLacking(int part) {
      return old == null
          || (part > 0
              && (part <= sums.length ? sums[part - 1] : aggregates[part - 1 - sums.length]) < 0);
    }

    boolean[] lacking() {
      boolean[] lacking = new boolean[1 + sums.length + aggregates.length];
      for (int part = 0; part < lacking.length; part++) {
        lacking[part] = isLacking(part);
      }
      return lacking;
    }
  }

  /** Pages that are not yet in the state. */
  private final MapChunks pages = new MapChunks(new HashMap<>());

  TileCarry(LogWorkspace from, StoredLayout before, LogWorkspace to, StoredLayout after) {
    this.from = from;
    this.to = to;
    TileLadder[] written = LogTiles.ladders(to.layout, pages, to.writer);
    this.ladders = new Carried[written.length];
    for (int i = 0; i < ladders.length; i++) {
      TileLadder old = from.tiles.ladderLike(written[i]);
      WindowSpec now = written[i].parts();
      int[] sums =
          now.columns().stream()
              .mapToInt(
                  column -> old == null ? LogGaps.NONE : sum(old, before.columnLike(after, column)))
              .toArray();
      int[] aggregates =
          now.aggregates().stream()
              .mapToInt(
                  aggregate ->
                      old == null ? LogGaps.NONE : aggregate(old, before, after, aggregate))
              .toArray();
      ladders[i] = new Carried(written[i], old, sums, aggregates);
    }
  }

  private static int sum(TileLadder old, int column) {
    return column < 0 ? LogGaps.NONE : old.parts().columns().indexOf(column);
  }

  private static int aggregate(
      TileLadder old, StoredLayout before, StoredLayout after, ColumnAggregate wanted) {
    return IntStream.range(0, old.parts().aggregates().size())
        .filter(i -> before.isSame(old.parts().aggregates().get(i), after, wanted))
        .findFirst()
        .orElse(LogGaps.NONE);
  }

  /** Whether a key with tiles has any that go on. */
  boolean carries() {
    return IntStream.range(0, ladders.length).anyMatch(i -> ladders[i].old != null);
  }

  /**
   * Reads the tiles of the current key and turns them, but puts none into the state yet.
   *
   * @param newestMillis time of the newest entry in tiles
   */
  void turn(long newestMillis) throws Exception {
    pages.clear();
    for (Carried ladder : ladders) {
      if (ladder.old != null) {
        ladder.written.carry(ladder.old, newestMillis, ladder.sums, ladder.aggregates);
        ladder.written.leave();
      }
    }
    from.tiles.leave();
  }

  /** Puts what was turned into the state, from which all else was removed. */
  void put() throws Exception {
    for (Map.Entry<Long, byte[]> page : pages.stored().entrySet()) {
      to.chunks.put(page.getKey(), page.getValue());
    }
    pages.clear();
  }

  /** From now on entries are added only to parts that did not go on: all others have them. */
  void beginReplay() {
    for (int i = 0; i < ladders.length; i++) {
      to.tiles.addOnly(i, ladders[i].lacking());
    }
  }

  void endReplay() {
    for (int i = 0; i < ladders.length; i++) {
      to.tiles.addOnly(i, null);
    }
  }

  /** Notes up to when tiles lack what windows of the current layout are merged from. */
  void note(LogGaps gaps, KeyLog old) {
    for (int i = 0; i < to.layout.windows().size(); i++) {
      WindowSpec spec = to.layout.windows().get(i);
      int position = to.tiles.ladderOf(i);
      if (position == LogGaps.NONE) {
        continue;
      }
      Carried ladder = ladders[position];
      for (int part = 0; part < spec.parts(); part++) {
        gaps.note(to.layout.tileGapOf(i, part), gapUpToMillis(ladder, i, spec, part, old));
      }
    }
  }

  private long gapUpToMillis(Carried ladder, int window, WindowSpec spec, int part, KeyLog old) {
    int inTile = to.tiles.partOfTile(window, part);
    TileLadder before = ladder.old;
    if (before == null || ladder.isLacking(inTile)) {
      return old.droppedUpToMillis();
    }
    long gap = LogGaps.NEVER;
    int oldPart =
        inTile == 0
            ? 0
            : inTile <= ladder.sums.length
                ? 1 + ladder.sums[inTile - 1]
                : 1
                    + before.parts().columns().size()
                    + ladder.aggregates[inTile - 1 - ladder.sums.length];
    for (int i = 0; i < from.layout.windows().size(); i++) {
      if (from.tiles.serve(i) && from.tiles.ladder(i) == before) {
        for (int each = 0; each < from.layout.windows().get(i).parts(); each++) {
          if (from.tiles.partOfTile(i, each) == oldPart) {
            gap = Math.max(gap, old.gaps().upToMillis(from.layout.tileGapOf(i, each)));
          }
        }
      }
    }
    if (spec.reachMillis() > before.reachMillis()) {
      gap = Math.max(gap, old.headMillis() - before.reachMillis());
    }
    Trailing trailing = (Trailing) spec.window();
    if (spec.delayMillis() > before.delayMillis()) {
      gap = Math.max(gap, old.headMillis() - trailing.size().toMillis());
    }
    return gap;
  }
}
