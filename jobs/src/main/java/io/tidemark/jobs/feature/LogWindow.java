package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Accumulator;
import io.tidemark.aggregate.AggregateTraits.Error;
import io.tidemark.aggregate.Invertible;
import io.tidemark.aggregate.Mergeable;
import io.tidemark.aggregate.RunningSum;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One of the windows that all logs have: where in a {@link LogState} it stands, and what an entry
 * does to it. There are the number of events, count and sum per column whose average or so is asked
 * for, and an accumulator per other aggregate. Values that are not finite are none.
 *
 * <p>Entries are given as the array they stand in and the place of their time there, see {@link
 * LogChunk#cells}. Holds nothing of any log; immutable.
 */
final class LogWindow {
  private static final int REBUILD_EVERY = 1 << 16;

  /** A compensated sum keeps 32 digits; of what such a value was added to, too few are left. */
  private static final double SWALLOWS = 1e15;

  /** Cells of a window, from its first on; behind them those of its sums. */
  private static final int EVENTS = 0;

  private static final int EVICTIONS = 1;

  /** Only of a window that {@link #keepsStart keeps} it. */
  private static final int START = 2;

  /** Cells of a sum, from its first on. */
  private static final int COUNT = 0;

  private static final int SUM = 1;
  private static final int COMPENSATION = 2;
  private static final int SUM_CELLS = 3;

  private final int[] columns;
  private final int[] sums;
  private final ColumnAggregate[] aggregates;

  /** Positions of the accumulators that take each entry; the others are filled for an answer. */
  private final int[] running;

  private final @Nullable Growth growth;
  private final boolean keepsStart;
  private final int first;
  private final int cellCount;
  private final int firstAccumulator;

  /**
   * @param running positions of the aggregates that are kept entry by entry
   * @param first of its cells
   * @param firstAccumulator of its accumulators
   */
  LogWindow(WindowSpec spec, int[] running, int first, int firstAccumulator) {
    this.columns = spec.columns().stream().mapToInt(column -> column).toArray();
    this.keepsStart = keepsStart(spec);
    this.sums = new int[columns.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = first + ownCells(spec) + i * SUM_CELLS;
    }
    this.cellCount = cells(spec);
    this.aggregates = spec.aggregates().toArray(ColumnAggregate[]::new);
    this.running = running;
    this.growth = spec.isGrowing() ? spec.growth() : null;
    this.first = first;
    this.firstAccumulator = firstAccumulator;
  }

  /** How many cells a window takes. */
  static int cells(WindowSpec spec) {
    return ownCells(spec) + spec.columns().size() * SUM_CELLS;
  }

  private static int ownCells(WindowSpec spec) {
    return keepsStart(spec) ? START + 1 : START;
  }

  private static boolean keepsStart(WindowSpec spec) {
    return spec.isGrowing() || spec.leavingEdge().isOfSession();
  }

  void clear(LogState log) {
    long[] cells = log.cells();
    cells[first + EVENTS] = 0;
    cells[first + EVICTIONS] = 0;
    if (keepsStart) {
      cells[first + START] = Long.MIN_VALUE;
    }
    for (int sum : sums) {
      restore(cells, sum, 0, 0, 0);
    }
    for (int position : running) {
      accumulator(log, position).clear();
    }
  }

  long events(LogState log) {
    return log.cells()[first + EVENTS];
  }

  /**
   * Of a window that grows, the start of its period; of a session, the time of its first entry.
   * Means nothing where the window is empty.
   */
  long startMillis(LogState log) {
    return log.cells()[first + START];
  }

  /**
   * How many values of a column there are.
   *
   * @param position of the column in the window's own list
   */
  long count(LogState log, int position) {
    return log.cells()[sums[position] + COUNT];
  }

  /**
   * Sum of a column; 0 where there is nothing to sum.
   *
   * @param position of the column in the window's own list
   */
  double sum(LogState log, int position) {
    return sum(log.cells(), sums[position]);
  }

  private static double sum(long[] cells, int at) {
    return Double.longBitsToDouble(cells[at + SUM])
        + Double.longBitsToDouble(cells[at + COMPENSATION]);
  }

  /**
   * @param position of the aggregate in the window's own list
   */
  Mergeable accumulator(LogState log, int position) {
    return log.accumulators()[firstAccumulator + position];
  }

  /** Whether an entry of this time would not make the window begin anew. */
  boolean continuesWith(LogState log, long timeMillis) {
    return growth == null || events(log) == 0 || growth.startOf(timeMillis) == startMillis(log);
  }

  void add(LogState log, long[] entry, int at) {
    long[] cells = log.cells();
    if (growth != null) {
      long start = growth.startOf(entry[at]);
      if (start != cells[first + START]) {
        clear(log);
        cells[first + START] = start;
      }
    } else if (keepsStart && cells[first + EVENTS] == 0) {
      cells[first + START] = entry[at];
    }
    cells[first + EVENTS]++;
    for (int i = 0; i < sums.length; i++) {
      double value = LogChunk.value(entry, at, columns[i]);
      if (Accumulator.isPresent(value)) {
        cells[sums[i] + COUNT]++;
        accumulate(cells, sums[i], value);
      }
    }
    for (int position : running) {
      accumulator(log, position).add(aggregates[position].value(entry, at), entry[at]);
    }
  }

  /**
   * @return whether it is worn, see {@link #isWorn}
   */
  boolean remove(LogState log, long[] entry, int at) {
    long[] cells = log.cells();
    cells[first + EVENTS]--;
    cells[first + EVICTIONS]++;
    for (int i = 0; i < sums.length; i++) {
      double value = LogChunk.value(entry, at, columns[i]);
      if (Accumulator.isPresent(value)) {
        remove(cells, sums[i], value);
      }
    }
    for (int position : running) {
      remove(log, position, aggregates[position].value(entry, at), entry[at]);
    }
    return cells[first + EVICTIONS] >= REBUILD_EVERY;
  }

  private void remove(long[] cells, int at, double value) {
    if (--cells[at + COUNT] == 0) {
      restore(cells, at, 0, 0, 0);
    } else {
      accumulate(cells, at, -value);
    }
    if (Math.abs(value) > SWALLOWS && hasSpoilt(Math.abs(value), Math.abs(sum(cells, at)))) {
      cells[first + EVICTIONS] = REBUILD_EVERY;
    }
  }

  /** Whether what is left of a sum is of no use, for it swallowed the others or overflew. */
  private static boolean hasSpoilt(double magnitude, double rest) {
    return magnitude > SWALLOWS * Math.max(1, rest)
        || (!(rest <= Double.MAX_VALUE) && magnitude > Double.MAX_VALUE / 1e6);
  }

  private void remove(LogState log, int position, double value, long timeMillis) {
    Mergeable accumulator = accumulator(log, position);
    ((Invertible) accumulator).remove(value, timeMillis);
    if (Math.abs(value) > SWALLOWS
        && aggregates[position].spec().traits().error() == Error.ROUNDING
        && !(Math.abs(value) <= SWALLOWS * Math.abs(accumulator.result(timeMillis)))) {
      log.cells()[first + EVICTIONS] = REBUILD_EVERY;
    }
  }

  /** Adds to the sum as {@link RunningSum} does. */
  private static void accumulate(long[] cells, int at, double value) {
    double sum = Double.longBitsToDouble(cells[at + SUM]);
    double next = sum + value;
    double compensation =
        Double.longBitsToDouble(cells[at + COMPENSATION])
            + RunningSum.roundingError(sum, value, next);
    cells[at + SUM] = Double.doubleToRawLongBits(next);
    cells[at + COMPENSATION] = Double.doubleToRawLongBits(compensation);
  }

  private static void restore(
      long[] cells, int at, long count, double rawSum, double compensation) {
    cells[at + COUNT] = count;
    cells[at + SUM] = Double.doubleToRawLongBits(rawSum);
    cells[at + COMPENSATION] = Double.doubleToRawLongBits(compensation);
  }

  /**
   * Whether what was computed is to be computed anew from the log: after many evictions, and when a
   * value has left that was so large that the others' digits were lost in it.
   */
  boolean isWorn(LogState log) {
    return log.cells()[first + EVICTIONS] >= REBUILD_EVERY;
  }

  /** Takes over what was just computed from the log. */
  void copy(LogState from, LogState to) {
    System.arraycopy(from.cells(), first, to.cells(), first, cellCount);
    to.cells()[first + EVICTIONS] = 0;
    for (int position : running) {
      accumulator(to, position).copyFrom(accumulator(from, position));
    }
  }

  /**
   * Takes over from the state of the same window in another layout what both keep.
   *
   * @param sumsOfOther per summed column its position there, negative where it has none
   * @param aggregatesOfOther the same per aggregate, all of which are running in both
   */
  void carry(
      LogWindow other, LogState from, LogState to, int[] sumsOfOther, int[] aggregatesOfOther) {
    to.cells()[first + EVENTS] = from.cells()[other.first + EVENTS];
    if (keepsStart) {
      to.cells()[first + START] = from.cells()[other.first + START];
    }
    for (int i = 0; i < sums.length; i++) {
      if (sumsOfOther[i] >= 0) {
        int theirs = other.sums[sumsOfOther[i]];
        System.arraycopy(from.cells(), theirs, to.cells(), sums[i], SUM_CELLS);
      }
    }
    for (int position : running) {
      if (aggregatesOfOther[position] >= 0) {
        accumulator(to, position).copyFrom(other.accumulator(from, aggregatesOfOther[position]));
      }
    }
  }

  /**
   * Adds an entry to some of the parts.
   *
   * @param chosen the number of events, then the sums, then the aggregates, all of which are
   *     running
   */
  void addTo(boolean[] chosen, LogState log, long[] entry, int at) {
    long[] cells = log.cells();
    if (chosen[0]) {
      cells[first + EVENTS]++;
    }
    for (int i = 0; i < sums.length; i++) {
      double value = LogChunk.value(entry, at, columns[i]);
      if (chosen[1 + i] && Accumulator.isPresent(value)) {
        cells[sums[i] + COUNT]++;
        accumulate(cells, sums[i], value);
      }
    }
    for (int position : running) {
      if (chosen[1 + sums.length + position]) {
        accumulator(log, position).add(aggregates[position].value(entry, at), entry[at]);
      }
    }
  }

  /**
   * Takes in what a tile holds, which comes after all that was taken in.
   *
   * @param sumsOfTile per summed column its position there
   * @param aggregatesOfTile the same per aggregate, all of which are running in both
   */
  void merge(LogWindow tile, LogState from, LogState to, int[] sumsOfTile, int[] aggregatesOfTile) {
    long[] cells = to.cells();
    cells[first + EVENTS] += from.cells()[tile.first + EVENTS];
    for (int i = 0; i < sums.length; i++) {
      int theirs = tile.sums[sumsOfTile[i]];
      cells[sums[i] + COUNT] += from.cells()[theirs + COUNT];
      accumulate(cells, sums[i], Double.longBitsToDouble(from.cells()[theirs + SUM]));
      accumulate(cells, sums[i], Double.longBitsToDouble(from.cells()[theirs + COMPENSATION]));
    }
    for (int position : running) {
      accumulator(to, position).merge(tile.accumulator(from, aggregatesOfTile[position]));
    }
  }

  void write(LogState log, ByteWriter out) throws IOException {
    long[] cells = log.cells();
    out.writeUnsigned(cells[first + EVENTS]);
    for (int sum : sums) {
      out.writeUnsigned(cells[sum + COUNT]);
      out.writeLong(cells[sum + SUM]);
      out.writeLong(cells[sum + COMPENSATION]);
    }
    out.writeUnsigned(cells[first + EVICTIONS]);
    if (keepsStart) {
      out.writeLong(cells[first + START]);
    }
    for (int position : running) {
      accumulator(log, position).write(out.asDataOutput());
    }
  }

  void read(LogState log, ByteReader in) throws IOException {
    readSums(log, in);
    if (keepsStart) {
      log.cells()[first + START] = in.readLong();
    }
    for (int position : running) {
      accumulator(log, position).read(in.asDataInput());
    }
  }

  /** Reads what the first version of the format had: counts and sums. */
  void readSums(LogState log, ByteReader in) {
    long[] cells = log.cells();
    cells[first + EVENTS] = in.readUnsigned();
    for (int sum : sums) {
      cells[sum + COUNT] = in.readUnsigned();
      cells[sum + SUM] = in.readLong();
      cells[sum + COMPENSATION] = in.readLong();
    }
    cells[first + EVICTIONS] = in.readCount();
    if (keepsStart) {
      cells[first + START] = Long.MIN_VALUE;
    }
  }
}
