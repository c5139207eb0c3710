package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.stream.IntStream;

/**
 * Turns the state of a key from the layout it was written in into the current one.
 *
 * <p><b>How it works.</b> The key's entries are read with the old layout, their columns put where
 * the new one has them (one that the old did not have is without values), and appended to an empty
 * log, which so fills all windows exactly, as far back as entries were kept. Windows that only grow
 * have lost their first entries: of them goes on what they held before the oldest entry kept, for
 * each part that the old layout had, too; and tiles go on as {@link TileCarry} says. What is
 * lacking is noted in {@link LogGaps}. It costs as much as the entries did when they came, once per
 * key.
 *
 * <p>Not thread-safe.
 */
final class LogMigration {
  private final LogWorkspace from;
  private final LogWorkspace to;
  private final KeyLog old;
  private final KeyLog log;

  /** Per column of the new layout, where the old one has it. */
  private final int[] columns;

  /** Per window of the new layout that only grows: which one it was, and where its parts were. */
  private final Growing[] growing;

  private final TileCarry tiles;

  private record Growing(int base, int window, int[] sums, int[] aggregates) {}

  /**
   * @param number position of the old layout among those of the operator's state
   * @param layout the current one
   * @param currentNumber its position
   * @param chunks of the current key
   */
  LogMigration(
      StoredLayout before,
      int number,
      LogLayout layout,
      StoredLayout after,
      int currentNumber,
      ChunkStore chunks) {
    LogLayout was = before.layout();
    this.from =
        new LogWorkspace(
            new LogLayout(was.columns(), was.windows(), layout.slackMillis(), layout.onceMillis()),
            number,
            chunks);
    this.to = new LogWorkspace(layout, currentNumber, chunks);
    this.old = new KeyLog(from, false);
    this.log = new KeyLog(to, false);
    this.tiles = new TileCarry(from, before, to, after);
    this.columns =
        IntStream.range(0, layout.columns())
            .map(column -> before.columnLike(after, column))
            .toArray();
    this.growing =
        IntStream.of(to.growing)
            .mapToObj(window -> growing(layout.windows().get(window), before, after))
            .toArray(Growing[]::new);
  }

  private Growing growing(WindowSpec spec, StoredLayout before, StoredLayout after) {
    int window = before.indexOf(spec.window());
    WindowSpec was = window < 0 ? null : before.layout().windows().get(window);
    int base =
        IntStream.range(0, from.growing.length)
            .filter(i -> from.growing[i] == window)
            .findFirst()
            .orElse(LogGaps.NONE);
    int[] sums =
        spec.columns().stream()
            .mapToInt(column -> was == null ? LogGaps.NONE : was.columns().indexOf(columns[column]))
            .toArray();
    int[] aggregates =
        spec.aggregates().stream()
            .mapToInt(
                aggregate -> was == null ? LogGaps.NONE : indexOf(aggregate, was, before, after))
            .toArray();
    return new Growing(base, window, sums, aggregates);
  }

  private static int indexOf(
      ColumnAggregate aggregate, WindowSpec was, StoredLayout before, StoredLayout after) {
    return IntStream.range(0, was.aggregates().size())
        .filter(i -> before.isSame(was.aggregates().get(i), after, aggregate))
        .findFirst()
        .orElse(LogGaps.NONE);
  }

  /**
   * Turns the current key's chunks, and gives its new header.
   *
   * @param header in the old layout
   */
  byte[] turn(byte[] header) throws Exception {
    from.visitedIsCurrent = false;
    old.load(header);
    LogChunk entries = new LogChunk(columns.length, KeyLog.CHUNK_SIZE);
    double[] row = new double[columns.length];
    old.forEach(
        (chunk, index) -> {
          for (int i = 0; i < row.length; i++) {
            row[i] =
                columns[i] < 0
                    ? Double.NaN
                    : LogChunk.value(chunk.cells(), chunk.at(index), columns[i]);
          }
          entries.insert(entries.size(), chunk.time(index), chunk.eventId(index), row);
        });
    fillBase();
    boolean carriesTiles = old.isTiled() && tiles.carries();
    if (carriesTiles) {
      old.addOpenToTiles();
      tiles.turn(old.headMillis());
    }
    from.chunks.clear();
    to.visitedIsCurrent = false;
    LogGaps gaps = gaps();
    if (carriesTiles) {
      tiles.put();
      tiles.note(gaps, old);
    }
    log.beginAfter(old.droppedUpToMillis(), gaps, to.base.state());
    if (carriesTiles) {
      tiles.beginReplay();
      log.beginReplay(old);
    }
    if (growing.length > 0 && old.droppedUpToMillis() != Long.MIN_VALUE) {
      to.base.save(to.chunks, to.writer);
    }
    for (int i = 0; i < entries.size(); i++) {
      for (int column = 0; column < row.length; column++) {
        row[column] = LogChunk.value(entries.cells(), entries.at(i), column);
      }
      log.takeIn(entries.time(i), entries.eventId(i), row);
    }
    if (carriesTiles) {
      log.endReplay();
      tiles.endReplay();
      log.mergeTiles();
    }
    return log.save();
  }

  /** What the growing windows of the new layout held before the oldest entry. */
  private void fillBase() throws Exception {
    if (from.growing.length > 0) {
      from.base.load(from.chunks);
    }
    to.base.clear();
    for (int i = 0; i < growing.length; i++) {
      Growing part = growing[i];
      if (part.base >= 0) {
        to.base
            .window(i)
            .carry(
                from.base.window(part.base),
                from.base.state(),
                to.base.state(),
                part.sums,
                part.aggregates);
      }
    }
  }

  private LogGaps gaps() {
    LogGaps gaps = new LogGaps(to.layout);
    for (int i = 0; i < columns.length; i++) {
      gaps.note(i, columnGap(i));
    }
    for (int i = 0; i < growing.length; i++) {
      int window = to.growing[i];
      WindowSpec spec = to.layout.windows().get(window);
      Growing was = growing[i];
      note(gaps, window, 0, was.window, was.window < 0 ? LogGaps.NONE : 0, LogGaps.NEVER);
      int oldSums = was.window < 0 ? 0 : from.layout.windows().get(was.window).columns().size();
      for (int sum = 0; sum < was.sums.length; sum++) {
        int part = was.sums[sum] < 0 ? LogGaps.NONE : 1 + was.sums[sum];
        note(gaps, window, 1 + sum, was.window, part, columnGap(spec.columns().get(sum)));
      }
      for (int each = 0; each < was.aggregates.length; each++) {
        int part = was.aggregates[each] < 0 ? LogGaps.NONE : 1 + oldSums + was.aggregates[each];
        int column = spec.aggregates().get(each).column();
        note(
            gaps,
            window,
            1 + was.sums.length + each,
            was.window,
            part,
            column == ColumnAggregate.EVENT ? LogGaps.NEVER : columnGap(column));
      }
    }
    return gaps;
  }

  /**
   * Of a part that was there before, its gap goes on; any other one has what the entries kept have.
   */
  private void note(
      LogGaps gaps, int window, int part, int oldWindow, int oldPart, long columnGap) {
    int position = to.layout.gapOf(window, part);
    gaps.note(
        position,
        oldPart < 0
            ? Math.max(old.droppedUpToMillis(), columnGap)
            : old.gaps().upToMillis(from.layout.gapOf(oldWindow, oldPart)));
  }

  /** Up to when entries lack a column of the new layout. */
  private long columnGap(int column) {
    return columns[column] < 0 ? old.headMillis() : old.gaps().upToMillis(columns[column]);
  }
}
