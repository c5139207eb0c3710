package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Accumulator;
import io.tidemark.aggregate.AggregateTraits.Error;
import io.tidemark.aggregate.Invertible;
import io.tidemark.aggregate.Mergeable;
import io.tidemark.aggregate.RunningSum;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one window: how many events, count and sum per column whose average or so is asked
 * for, and an accumulator per other aggregate. Values that are not finite are none.
 *
 * <p>Mutable and not thread-safe.
 */
final class WindowState {
  private static final int REBUILD_EVERY = 1 << 16;

  /** A compensated sum keeps 32 digits; of what such a value was added to, too few are left. */
  private static final double SWALLOWS = 1e15;

  private static final int[] NONE = {};

  private final int[] columns;
  private final RunningSum[] sums;
  private final ColumnAggregate[] aggregates;
  private final Mergeable[] accumulators;

  /** Positions of the accumulators that take each entry; the others are filled for an answer. */
  private final int[] running;

  private final @Nullable Growth growth;
  private final boolean keepsStart;
  private long events;
  private int evictions;
  private long startMillis;

  /**
   * @param running positions of the aggregates that are kept entry by entry
   * @param answered accumulators of all others, by position; may be shared, as nothing stays there
   */
  WindowState(WindowSpec spec, int[] running, Mergeable[] answered) {
    this.columns = new int[spec.columns().size()];
    this.sums = new RunningSum[columns.length];
    for (int i = 0; i < sums.length; i++) {
      columns[i] = spec.columns().get(i);
      sums[i] = new RunningSum();
    }
    List<ColumnAggregate> of = spec.aggregates();
    this.aggregates = of.toArray(ColumnAggregate[]::new);
    this.accumulators = answered.clone();
    this.running = running.length == 0 ? NONE : running;
    for (int position : running) {
      accumulators[position] = aggregates[position].spec().newAccumulator();
    }
    this.growth = spec.isGrowing() ? spec.growth() : null;
    this.keepsStart = growth != null || spec.leavingEdge().isOfSession();
  }

  /** An empty state of the same window as another, with which it shares what never changes. */
  WindowState(WindowState other) {
    this.columns = other.columns;
    this.sums = new RunningSum[columns.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new RunningSum();
    }
    this.aggregates = other.aggregates;
    this.accumulators = other.accumulators.clone();
    this.running = other.running;
    for (int position : running) {
      accumulators[position] = aggregates[position].spec().newAccumulator();
    }
    this.growth = other.growth;
    this.keepsStart = other.keepsStart;
  }

  void clear() {
    events = 0;
    evictions = 0;
    startMillis = Long.MIN_VALUE;
    for (RunningSum sum : sums) {
      sum.clear();
    }
    for (int position : running) {
      accumulators[position].clear();
    }
  }

  long events() {
    return events;
  }

  /**
   * Of a window that grows, the start of its period; of a session, the time of its first entry.
   * Means nothing where the window is empty.
   */
  long startMillis() {
    return startMillis;
  }

  /**
   * @param position of the column in the window's own list
   */
  RunningSum sum(int position) {
    return sums[position];
  }

  /**
   * @param position of the aggregate in the window's own list
   */
  Mergeable accumulator(int position) {
    return accumulators[position];
  }

  /** Whether an entry of this time would not make the window begin anew. */
  boolean continuesWith(long timeMillis) {
    return growth == null || events == 0 || growth.startOf(timeMillis) == startMillis;
  }

  /** Adds an entry of a chunk. */
  void add(LogChunk chunk, int index) {
    if (growth != null) {
      long start = growth.startOf(chunk.time(index));
      if (start != startMillis) {
        clear();
        startMillis = start;
      }
    } else if (events == 0) {
      startMillis = chunk.time(index);
    }
    events++;
    for (int i = 0; i < columns.length; i++) {
      double value = chunk.value(index, columns[i]);
      if (Accumulator.isPresent(value)) {
        sums[i].add(value);
      }
    }
    for (int position : running) {
      accumulators[position].add(aggregates[position].value(chunk, index), chunk.time(index));
    }
  }

  /** Removes an entry of a chunk. */
  void remove(LogChunk chunk, int index) {
    events--;
    evictions++;
    for (int i = 0; i < columns.length; i++) {
      double value = chunk.value(index, columns[i]);
      if (Accumulator.isPresent(value)) {
        remove(sums[i], value);
      }
    }
    for (int position : running) {
      remove(position, aggregates[position].value(chunk, index), chunk.time(index));
    }
  }

  private void remove(RunningSum sum, double value) {
    sum.remove(value);
    double rest = Math.abs(sum.sum());
    double magnitude = Math.abs(value);
    boolean swallowed = magnitude > SWALLOWS * Math.max(1, rest);
    boolean overflown = !(rest <= Double.MAX_VALUE) && magnitude > Double.MAX_VALUE / 1e6;
    if (swallowed || overflown) {
      evictions = REBUILD_EVERY;
    }
  }

  private void remove(int position, double value, long timeMillis) {
    Mergeable accumulator = accumulators[position];
    ((Invertible) accumulator).remove(value, timeMillis);
    if (Math.abs(value) > SWALLOWS
        && aggregates[position].spec().traits().error() == Error.ROUNDING
        && !(Math.abs(value) <= SWALLOWS * Math.abs(accumulator.result(timeMillis)))) {
      evictions = REBUILD_EVERY;
    }
  }

  /**
   * Whether what was computed is to be computed anew from the log: after many evictions, and when a
   * value has left that was so large that the others' digits were lost in it.
   */
  boolean isWorn() {
    return evictions >= REBUILD_EVERY;
  }

  /** Takes over a state of the same window that was just computed from the log. */
  void copyFrom(WindowState other) {
    events = other.events;
    evictions = 0;
    startMillis = other.startMillis;
    for (int i = 0; i < sums.length; i++) {
      RunningSum from = other.sums[i];
      sums[i].restore(from.count(), from.rawSum(), from.compensation());
    }
    for (int position : running) {
      accumulators[position].copyFrom(other.accumulators[position]);
    }
  }

  /**
   * Takes over from a state of the same window in another layout what both keep.
   *
   * @param sumsOfOther per summed column its position there, negative where it has none
   * @param aggregatesOfOther the same per aggregate, all of which are running in both
   */
  void carryFrom(WindowState other, int[] sumsOfOther, int[] aggregatesOfOther) {
    events = other.events;
    startMillis = other.startMillis;
    for (int i = 0; i < sums.length; i++) {
      if (sumsOfOther[i] >= 0) {
        RunningSum from = other.sums[sumsOfOther[i]];
        sums[i].restore(from.count(), from.rawSum(), from.compensation());
      }
    }
    for (int position : running) {
      if (aggregatesOfOther[position] >= 0) {
        accumulators[position].copyFrom(other.accumulators[aggregatesOfOther[position]]);
      }
    }
  }

  void write(ByteWriter out) throws IOException {
    out.writeUnsigned(events);
    for (RunningSum sum : sums) {
      out.writeUnsigned(sum.count());
      out.writeDouble(sum.rawSum());
      out.writeDouble(sum.compensation());
    }
    out.writeUnsigned(evictions);
    if (keepsStart) {
      out.writeLong(startMillis);
    }
    for (int position : running) {
      accumulators[position].write(out.asDataOutput());
    }
  }

  void read(ByteReader in) throws IOException {
    readSums(in);
    if (keepsStart) {
      startMillis = in.readLong();
    }
    for (int position : running) {
      accumulators[position].read(in.asDataInput());
    }
  }

  /** Reads what the first version of the format had: counts and sums. */
  void readSums(ByteReader in) {
    events = in.readUnsigned();
    for (RunningSum sum : sums) {
      sum.restore(in.readUnsigned(), in.readDouble(), in.readDouble());
    }
    evictions = in.readCount();
    startMillis = Long.MIN_VALUE;
  }
}
