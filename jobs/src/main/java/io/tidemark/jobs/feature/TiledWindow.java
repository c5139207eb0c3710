package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;

/**
 * A window that is merged from tiles, and where its parts stand in these.
 *
 * @param window as it is scanned: with all of its parts
 * @param sums per summed column, its place among those of a tile
 * @param aggregates the same per aggregate
 */
record TiledWindow(LogWindow window, TileLadder ladder, int[] sums, int[] aggregates) {

  static TiledWindow of(LogWindow window, WindowSpec spec, TileLadder ladder) {
    WindowSpec tile = ladder.parts();
    return new TiledWindow(
        window,
        ladder,
        spec.columns().stream().mapToInt(tile.columns()::indexOf).toArray(),
        spec.aggregates().stream().mapToInt(tile.aggregates()::indexOf).toArray());
  }

  /** Which part of a tile one of the window is, each counted as in {@link LogLayout#gapOf}. */
  int partOfTile(int part) {
    if (part <= sums.length) {
      return part == 0 ? 0 : 1 + sums[part - 1];
    }
    return 1 + ladder.parts().columns().size() + aggregates[part - 1 - sums.length];
  }

  void merge(LogWindow tile, LogState from, LogState target) {
    window.merge(tile, from, target, sums, aggregates);
  }
}
