package io.tidemark.jobs.feature;

import io.tidemark.aggregate.RunningSum;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;

/** The running state of one window: how many events, and count and sum per column it reads. */
final class WindowSums {
  /** A compensated sum keeps 32 digits; of what such a value was added to, too few are left. */
  private static final double SWALLOWS = 1e15;

  private final int[] columns;
  private final RunningSum[] sums;
  private long events;

  WindowSums(WindowSpec window) {
    this.columns = window.columns().stream().mapToInt(Integer::intValue).toArray();
    this.sums = new RunningSum[columns.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new RunningSum();
    }
  }

  void clear() {
    events = 0;
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

  /**
   * @param values rows of the log's columns
   * @param offset where the row begins
   */
  void add(double[] values, int offset) {
    events++;
    for (int i = 0; i < columns.length; i++) {
      double value = values[offset + columns[i]];
      if (!Double.isNaN(value)) {
        sums[i].add(value);
      }
    }
  }

  /**
   * @return whether the sums are still exact; false where a value has left that was so large that
   *     the others' digits were lost in it
   */
  boolean remove(double[] values, int offset) {
    events--;
    boolean exact = true;
    for (int i = 0; i < columns.length; i++) {
      double value = values[offset + columns[i]];
      if (!Double.isNaN(value)) {
        sums[i].remove(value);
        double rest = Math.abs(sums[i].sum());
        boolean swallowed = Math.abs(value) > SWALLOWS * Math.max(1, rest);
        boolean overflown = !(rest <= Double.MAX_VALUE) && Math.abs(value) > Double.MAX_VALUE / 1e6;
        exact &= !swallowed && !overflown;
      }
    }
    return exact;
  }

  void copyFrom(WindowSums other) {
    events = other.events;
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
  }

  void read(ByteReader in) {
    events = in.readUnsigned();
    for (RunningSum sum : sums) {
      sum.restore(in.readUnsigned(), in.readDouble(), in.readDouble());
    }
  }
}
