package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Accumulator;
import io.tidemark.aggregate.RunningSum;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers of events and the sums that an entry changes at once: those of all windows that it
 * enters, or leaves, at one place. Each is known by its places among the cells of a {@link
 * LogState}, so that an event passes a few numbers in a row instead of an object per window.
 *
 * <p>Holds nothing of any log; immutable.
 */
final class EntrySums {
  /** Cells of a window, from its first on. */
  static final int EVENTS = 0;

  static final int EVICTIONS = 1;

  /** Cells of a sum, from its first on. */
  static final int COUNT = 0;

  static final int SUM = 1;
  static final int COMPENSATION = 2;
  static final int SUM_CELLS = 3;

  /** After as many a window is computed anew: so many roundings may have added up. */
  static final int REBUILD_EVERY = 1 << 16;

  /** A compensated sum keeps 32 digits; of what such a value was added to, too few are left. */
  static final double SWALLOWS = 1e15;

  /** First cells of the windows. */
  private final int[] windows;

  /** Per sum its first cell, the column that is summed, and the window it belongs to. */
  private final int[] sums;

  private final int[] columns;
  private final int[] owners;

  private EntrySums(int[] windows, int[] sums, int[] columns, int[] owners) {
    this.windows = windows;
    this.sums = sums;
    this.columns = columns;
    this.owners = owners;
  }

  /**
   * Those of one window.
   *
   * @param first of its cells
   * @param sums first cell of each sum
   * @param columns of each sum
   */
  static EntrySums of(int first, int[] sums, int[] columns) {
    int[] owners = new int[sums.length];
    Arrays.fill(owners, first);
    return new EntrySums(new int[] {first}, sums, columns, owners);
  }

  /** Those of several windows. */
  static EntrySums of(List<EntrySums> all) {
    return new EntrySums(
        all.stream().flatMapToInt(of -> Arrays.stream(of.windows)).toArray(),
        all.stream().flatMapToInt(of -> Arrays.stream(of.sums)).toArray(),
        all.stream().flatMapToInt(of -> Arrays.stream(of.columns)).toArray(),
        all.stream().flatMapToInt(of -> Arrays.stream(of.owners)).toArray());
  }

  /**
   * Lets an entry come in.
   *
   * @param cells of the state
   * @param entries where the entry stands
   * @param at place of its time there
   */
  void add(long[] cells, long[] entries, int at) {
    for (int window : windows) {
      cells[window + EVENTS]++;
    }
    for (int i = 0; i < sums.length; i++) {
      double value = LogChunk.value(entries, at, columns[i]);
      if (Accumulator.isPresent(value)) {
        int sum = sums[i];
        cells[sum + COUNT]++;
        accumulate(cells, sum, value);
      }
    }
  }

  /** Takes out of the sums an entry that {@link #countLeft leaves}. */
  void remove(long[] cells, long[] entries, int at) {
    for (int i = 0; i < sums.length; i++) {
      double value = LogChunk.value(entries, at, columns[i]);
      if (Accumulator.isPresent(value)) {
        remove(cells, i, value);
      }
    }
  }

  private void remove(long[] cells, int index, double value) {
    int sum = sums[index];
    long count = cells[sum + COUNT] - 1;
    cells[sum + COUNT] = count;
    // Without its last value a sum is zero: by a mask, for the processor would guess a branch
    // wrong.
    accumulate(cells, sum, -value, -count >> 63);
    if (Math.abs(value) > SWALLOWS && hasSpoilt(Math.abs(value), Math.abs(sum(cells, sum)))) {
      cells[owners[index] + EVICTIONS] = REBUILD_EVERY;
    }
  }

  /**
   * Counts entries that have left.
   *
   * @return whether a window is now worn, see {@link LogWindow#isWorn}
   */
  boolean countLeft(long[] cells, int count) {
    boolean worn = false;
    for (int window : windows) {
      cells[window + EVENTS] -= count;
      long evictions = cells[window + EVICTIONS] + count;
      cells[window + EVICTIONS] = evictions;
      worn |= evictions >= REBUILD_EVERY;
    }
    return worn;
  }

  /** Whether what is left of a sum is of no use, for it swallowed the others or overflowed. */
  private static boolean hasSpoilt(double magnitude, double rest) {
    return magnitude > SWALLOWS * Math.max(1, rest)
        || (!(rest <= Double.MAX_VALUE) && magnitude > Double.MAX_VALUE / 1e6);
  }

  static double sum(long[] cells, int at) {
    return Double.longBitsToDouble(cells[at + SUM])
        + Double.longBitsToDouble(cells[at + COMPENSATION]);
  }

  /** Adds to the sum as {@link RunningSum} does. */
  static void accumulate(long[] cells, int at, double value) {
    accumulate(cells, at, value, -1);
  }

  /**
   * @param mask -1 to keep what comes of it, 0 to make the sum zero
   */
  private static void accumulate(long[] cells, int at, double value, long mask) {
    double sum = Double.longBitsToDouble(cells[at + SUM]);
    double next = sum + value;
    double compensation =
        Double.longBitsToDouble(cells[at + COMPENSATION])
            + RunningSum.roundingError(sum, value, next);
    cells[at + SUM] = Double.doubleToRawLongBits(next) & mask;
    cells[at + COMPENSATION] = Double.doubleToRawLongBits(compensation) & mask;
  }

  static void clear(long[] cells, int at) {
    cells[at + COUNT] = 0;
    cells[at + SUM] = 0; // the bits of a positive zero
    cells[at + COMPENSATION] = 0;
  }
}
