package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Any aggregate over the values of the last {@code size}, exactly: those with a time in {@code (t −
 * size, t]}, t being the youngest time given.
 *
 * <p>Each value is a part of its own in a {@link DabaLite}, and leaves alone. Cost: at most five
 * merges per value that enters and leaves, however long the window. Memory: one state and eight
 * bytes per value. Times never fall.
 */
public final class TrailingWindow implements Accumulator {
  private final long sizeMillis;
  private final DabaLite parts;
  private final Mergeable part;
  private final Mergeable merged;
  private long[] times = new long[8];
  private int oldest;
  private long newestMillis;

  /**
   * @param size at least a millisecond
   */
  public TrailingWindow(AggregateSpec aggregate, Duration size) {
    if (size.toMillis() < 1) {
      throw new IllegalArgumentException(
          "A window must be at least a millisecond long, but is " + size);
    }
    this.sizeMillis = size.toMillis();
    this.parts = new DabaLite(aggregate::newAccumulator);
    this.part = aggregate.newAccumulator();
    this.merged = aggregate.newAccumulator();
    clear();
  }

  /**
   * @throws IllegalArgumentException if the time is older than one before
   */
  @Override
  public void add(double value, long timeMillis) {
    if (timeMillis < newestMillis) {
      throw new IllegalArgumentException(
          "Values of a trailing window come in the order of their times, but "
              + timeMillis
              + " ms came after "
              + newestMillis
              + " ms: order the rows by this time");
    }
    newestMillis = timeMillis;
    while (parts.size() > 0 && times[oldest] <= timeMillis - sizeMillis) {
      parts.evict();
      oldest = (oldest + 1) & (times.length - 1);
    }
    if (Accumulator.isPresent(value)) {
      append(value, timeMillis);
    }
    parts.query(merged);
  }

  private void append(double value, long timeMillis) {
    int size = parts.size();
    if (size == times.length) {
      unroll(size * 2);
    }
    times[(oldest + size) & (times.length - 1)] = timeMillis;
    part.clear();
    part.add(value, timeMillis);
    parts.insert(part);
  }

  private void unroll(int capacity) {
    long[] old = times;
    times = new long[capacity];
    for (int i = 0; i < parts.size(); i++) {
      times[i] = old[(oldest + i) & (old.length - 1)];
    }
    oldest = 0;
  }

  @Override
  public int width() {
    return merged.width();
  }

  @Override
  public double result(long asOfMillis) {
    return merged.result(asOfMillis);
  }

  @Override
  public double result(int index, long asOfMillis) {
    return merged.result(index, asOfMillis);
  }

  @Override
  public void clear() {
    parts.clear();
    merged.clear();
    oldest = 0;
    newestMillis = Long.MIN_VALUE;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    out.writeLong(newestMillis);
    parts.write(out);
    long before = newestMillis;
    for (int i = parts.size() - 1; i >= 0; i--) {
      long time = times[(oldest + i) & (times.length - 1)];
      StateFormat.writeUnsigned(out, before - time);
      before = time;
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    newestMillis = in.readLong();
    parts.read(in);
    int size = parts.size();
    oldest = 0;
    if (size > times.length) {
      times = Arrays.copyOf(times, Integer.highestOneBit(size - 1) * 2);
    }
    long before = newestMillis;
    for (int i = size - 1; i >= 0; i--) {
      before -= StateFormat.readUnsigned(in);
      times[i] = before;
    }
    parts.query(merged);
  }
}
