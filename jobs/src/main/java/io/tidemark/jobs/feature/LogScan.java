package io.tidemark.jobs.feature;

/**
 * The windows of a log as of any time, computed from its entries: what answers behind the head, and
 * what is computed anew. One per operator, which holds nothing between two scans but the last
 * answer. Not thread-safe.
 */
final class LogScan {
  private final LogWorkspace shared;
  private final LogState state;

  /** The windows, in the order of the layout; all of their aggregates are kept entry by entry. */
  private final LogWindow[] windows;

  /** Of each window, where it begins and ends as of the time that is scanned for. */
  private final long[] after;

  /** The same for entries that tiles hold, too: where those end that were merged. */
  private final long[] afterTiles;

  private final long[] upTo;

  /** Of each window, the last time before the last pause that the scan came upon. */
  private final long[] pause;

  /** The windows at hand. */
  private int[] scanned = {};

  LogScan(LogWorkspace shared, LogState state, LogWindow... windows) {
    this.shared = shared;
    this.state = state;
    this.windows = windows;
    this.after = new long[windows.length];
    this.afterTiles = new long[windows.length];
    this.upTo = new long[windows.length];
    this.pause = new long[windows.length];
  }

  LogState state() {
    return state;
  }

  /** A window, by its position in the layout. */
  LogWindow window(int position) {
    return windows[position];
  }

  /** What was scanned of a window. */
  WindowState answer(int position) {
    return new WindowState(windows[position], state);
  }

  /** The last time before the last pause that ended a session. */
  long pauseMillis(int position) {
    return pause[position];
  }

  /**
   * Makes windows what they are before the first entry that is looked at.
   *
   * @param chosen their positions
   * @param droppedUpToMillis entries up to then are no longer there
   * @param tiled whether sealed chunks are in tiles, too
   * @return a time before which no entry is in any window, but for those in tiles
   */
  long begin(int[] chosen, long asOf, long droppedUpToMillis, boolean tiled) throws Exception {
    scanned = chosen;
    long horizon = Long.MAX_VALUE;
    for (int i : chosen) {
      windows[i].clear(state);
      pause[i] = Long.MIN_VALUE;
      Edge tail = shared.tailEdge(i);
      after[i] = tail == null ? Long.MIN_VALUE : tail.limit(asOf);
      upTo[i] = asOf - shared.layout.windows().get(i).delayMillis();
      afterTiles[i] = after[i];
      if (tiled && shared.tiles.serve(i)) {
        afterTiles[i] = Math.max(after[i], shared.tiles.floor(i, upTo[i]));
        shared.tiles.merge(i, after[i], afterTiles[i], state);
      }
      horizon = Math.min(horizon, afterTiles[i]);
    }
    if (tiled) {
      shared.tiles.leave();
    }
    if (chosen == shared.all && shared.growing.length > 0 && asOf >= droppedUpToMillis) {
      shared.base.load(shared.chunks);
      for (int window : shared.growing) {
        windows[window].copy(shared.base.state(), state);
      }
    }
    return horizon;
  }

  /**
   * Takes in the next entry.
   *
   * @param inTiles whether it is in tiles, too
   * @param lastMillis time of the one before, {@link Long#MIN_VALUE} where there is none
   */
  void add(LogChunk chunk, int index, boolean inTiles, long lastMillis) {
    long time = chunk.time(index);
    long[] begins = inTiles ? afterTiles : after;
    for (int i : scanned) {
      LogWindow window = windows[i];
      Edge tail = shared.tailEdge(i);
      if (tail != null
          && tail.isOfSession()
          && lastMillis != Long.MIN_VALUE
          && time - lastMillis > tail.gapMillis()) {
        window.clear(state);
        pause[i] = lastMillis;
      }
      if (time > begins[i] && time <= upTo[i]) {
        window.add(state, chunk.cells(), chunk.at(index));
      }
    }
  }
}
