package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Accumulator;
import io.tidemark.aggregate.AggregateTraits.Error;
import io.tidemark.aggregate.Invertible;
import io.tidemark.aggregate.Mergeable;
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
  /** Cell of a window that {@link #keepsStart keeps} it, behind those of its events. */
  private static final int START = 2;

  private final int[] columns;
  private final int[] sums;

  /** What an entry does to its number of events and its sums. */
  private final EntrySums entrySums;

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
      sums[i] = first + ownCells(spec) + i * EntrySums.SUM_CELLS;
    }
    this.entrySums = EntrySums.of(first, sums, columns);
    this.cellCount = cells(spec);
    this.aggregates = spec.aggregates().toArray(ColumnAggregate[]::new);
    this.running = running;
    this.growth = spec.isGrowing() ? spec.growth() : null;
    this.first = first;
    this.firstAccumulator = firstAccumulator;
  }

  /** How many cells a window takes. */
  static int cells(WindowSpec spec) {
    return ownCells(spec) + spec.columns().size() * EntrySums.SUM_CELLS;
  }

  private static int ownCells(WindowSpec spec) {
    return keepsStart(spec) ? START + 1 : START;
  }

  private static boolean keepsStart(WindowSpec spec) {
    return spec.isGrowing() || spec.leavingEdge().isOfSession();
  }

  void clear(LogState log) {
    long[] cells = log.cells();
    cells[first + EntrySums.EVENTS] = 0;
    cells[first + EntrySums.EVICTIONS] = 0;
    if (keepsStart) {
      cells[first + START] = Long.MIN_VALUE;
    }
    for (int sum : sums) {
      EntrySums.clear(cells, sum);
    }
    for (int position : running) {
      accumulator(log, position).clear();
    }
  }

  long events(LogState log) {
    return log.cells()[first + EntrySums.EVENTS];
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
    return log.cells()[sums[position] + EntrySums.COUNT];
  }

  /**
   * Sum of a column; 0 where there is nothing to sum.
   *
   * @param position of the column in the window's own list
   */
  double sum(LogState log, int position) {
    return EntrySums.sum(log.cells(), sums[position]);
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

  /** Where its number of events stands. */
  int eventsCell() {
    return first + EntrySums.EVENTS;
  }

  /** Where a sum begins. */
  int sumCell(int position) {
    return sums[position];
  }

  /** What an entry does to its number of events and its sums. */
  EntrySums entrySums() {
    return entrySums;
  }

  /** Whether {@link #prepare} does anything. */
  boolean keepsStart() {
    return keepsStart;
  }

  /** Whether it has aggregates that are kept entry by entry. */
  boolean hasRunning() {
    return running.length > 0;
  }

  /** Lets an entry come in. */
  void add(LogState log, long[] entry, int at) {
    prepare(log, entry[at]);
    entrySums.add(log.cells(), entry, at);
    aggregate(log, entry, at);
  }

  /** Begins anew where an entry of a time does not continue it, and notes where it begins. */
  void prepare(LogState log, long timeMillis) {
    long[] cells = log.cells();
    if (growth != null) {
      long start = growth.startOf(timeMillis);
      if (start != cells[first + START]) {
        clear(log);
        cells[first + START] = start;
      }
    } else if (keepsStart && cells[first + EntrySums.EVENTS] == 0) {
      cells[first + START] = timeMillis;
    }
  }

  /** Adds an entry to the aggregates that are kept entry by entry. */
  void aggregate(LogState log, long[] entry, int at) {
    for (int position : running) {
      accumulator(log, position).add(aggregates[position].value(entry, at), entry[at]);
    }
  }

  /** Removes an entry from the aggregates that are kept entry by entry. */
  void giveBack(LogState log, long[] entry, int at) {
    for (int position : running) {
      giveBack(log, position, aggregates[position].value(entry, at), entry[at]);
    }
  }

  private void giveBack(LogState log, int position, double value, long timeMillis) {
    Mergeable accumulator = accumulator(log, position);
    ((Invertible) accumulator).remove(value, timeMillis);
    if (Math.abs(value) > EntrySums.SWALLOWS
        && aggregates[position].spec().traits().error() == Error.ROUNDING
        && !(Math.abs(value) <= EntrySums.SWALLOWS * Math.abs(accumulator.result(timeMillis)))) {
      log.cells()[first + EntrySums.EVICTIONS] = EntrySums.REBUILD_EVERY;
    }
  }

  /**
   * Whether what was computed is to be computed anew from the log: after many evictions, and when a
   * value has left that was so large that the others' digits were lost in it.
   */
  boolean isWorn(LogState log) {
    return log.cells()[first + EntrySums.EVICTIONS] >= EntrySums.REBUILD_EVERY;
  }

  /** Takes over what was just computed from the log. */
  void copy(LogState from, LogState to) {
    System.arraycopy(from.cells(), first, to.cells(), first, cellCount);
    to.cells()[first + EntrySums.EVICTIONS] = 0;
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
    to.cells()[first + EntrySums.EVENTS] = from.cells()[other.first + EntrySums.EVENTS];
    if (keepsStart) {
      to.cells()[first + START] = from.cells()[other.first + START];
    }
    for (int i = 0; i < sums.length; i++) {
      if (sumsOfOther[i] >= 0) {
        int theirs = other.sums[sumsOfOther[i]];
        System.arraycopy(from.cells(), theirs, to.cells(), sums[i], EntrySums.SUM_CELLS);
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
      cells[first + EntrySums.EVENTS]++;
    }
    for (int i = 0; i < sums.length; i++) {
      double value = LogChunk.value(entry, at, columns[i]);
      if (chosen[1 + i] && Accumulator.isPresent(value)) {
        cells[sums[i] + EntrySums.COUNT]++;
        EntrySums.accumulate(cells, sums[i], value);
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
    cells[first + EntrySums.EVENTS] += from.cells()[tile.first + EntrySums.EVENTS];
    for (int i = 0; i < sums.length; i++) {
      int theirs = tile.sums[sumsOfTile[i]];
      cells[sums[i] + EntrySums.COUNT] += from.cells()[theirs + EntrySums.COUNT];
      EntrySums.accumulate(
          cells, sums[i], Double.longBitsToDouble(from.cells()[theirs + EntrySums.SUM]));
      EntrySums.accumulate(
          cells, sums[i], Double.longBitsToDouble(from.cells()[theirs + EntrySums.COMPENSATION]));
    }
    for (int position : running) {
      accumulator(to, position).merge(tile.accumulator(from, aggregatesOfTile[position]));
    }
  }

  void write(LogState log, ByteWriter out) throws IOException {
    long[] cells = log.cells();
    out.writeUnsigned(cells[first + EntrySums.EVENTS]);
    for (int sum : sums) {
      out.writeUnsigned(cells[sum + EntrySums.COUNT]);
      out.writeLong(cells[sum + EntrySums.SUM]);
      out.writeLong(cells[sum + EntrySums.COMPENSATION]);
    }
    out.writeUnsigned(cells[first + EntrySums.EVICTIONS]);
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
    cells[first + EntrySums.EVENTS] = in.readUnsigned();
    for (int sum : sums) {
      cells[sum + EntrySums.COUNT] = in.readUnsigned();
      cells[sum + EntrySums.SUM] = in.readLong();
      cells[sum + EntrySums.COMPENSATION] = in.readLong();
    }
    cells[first + EntrySums.EVICTIONS] = in.readCount();
    if (keepsStart) {
      cells[first + START] = Long.MIN_VALUE;
    }
  }
}
