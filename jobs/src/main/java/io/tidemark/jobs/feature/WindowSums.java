package io.tidemark.jobs.feature;

import io.tidemark.aggregate.RunningSum;

/** The running state of one window: how many events, and count and sum per column it reads. */
final class WindowSums {
  private static final int REBUILD_EVERY = 1 << 16;

  /** A compensated sum keeps 32 digits; of what such a value was added to, too few are left. */
  private static final double SWALLOWS = 1e15;

  private final int[] columns;
  private final RunningSum[] sums;
  private long events;
  private int evictions;

  /**
   * @param columns of the log that its aggregates read
   */
  WindowSums(int[] columns) {
    this.columns = columns;
    this.sums = new RunningSum[columns.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new RunningSum();
    }
  }

  void clear() {
    events = 0;
    evictions = 0;
    for (RunningSum sum : sums) {
      sum.clear();
    }
  }

  long events() {
    return events;
  }

  /**
   * @param position of the column in the window's own list
   */
  RunningSum sum(int position) {
    return sums[position];
  }

  /** Adds an entry of a chunk. */
  void add(LogChunk chunk, int index) {
    events++;
    for (int i = 0; i < columns.length; i++) {
      double value = chunk.value(index, columns[i]);
      if (!Double.isNaN(value)) {
        sums[i].add(value);
      }
    }
  }

  /** Removes an entry of a chunk. */
  void remove(LogChunk chunk, int index) {
    events--;
    evictions++;
    for (int i = 0; i < columns.length; i++) {
      double value = chunk.value(index, columns[i]);
      if (!Double.isNaN(value)) {
        remove(sums[i], value);
      }
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

  /**
   * Whether the sums are to be computed anew from the log: after many evictions, and when a value
   * has left that was so large that the others' digits were lost in it.
   */
  boolean isWorn() {
    return evictions >= REBUILD_EVERY;
  }

  /** Takes over sums that were just computed from the log. */
  void copyFrom(WindowSums other) {
    events = other.events;
    evictions = 0;
    for (int i = 0; i < sums.length; i++) {
      RunningSum from = other.sums[i];
      sums[i].restore(from.count(), from.rawSum(), from.compensation());
    }
  }

  void write(ByteWriter out) {
    out.writeUnsigned(events);
    for (RunningSum sum : sums) {
      out.writeUnsigned(sum.count());
      out.writeDouble(sum.rawSum());
      out.writeDouble(sum.compensation());
    }
    out.writeUnsigned(evictions);
  }

  void read(ByteReader in) {
    events = in.readUnsigned();
    for (RunningSum sum : sums) {
      sum.restore(in.readUnsigned(), in.readDouble(), in.readDouble());
    }
    evictions = in.readCount();
  }
}
