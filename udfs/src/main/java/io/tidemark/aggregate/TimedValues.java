package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * The first or the last k present values, by event time; of values with the same time, in the order
 * they were given. The answer begins with the very first (or very last) and is filled up with NaN.
 *
 * <p>Laws: associative; commutative where no two values have the same time; not invertible. Error:
 * none. Memory: 16 bytes a value, allocated up front. Cost: moving at most k values, none of them
 * where the value does not belong to the k.
 */
public final class TimedValues implements Mergeable {

  private final boolean latest;
  private final long[] times;
  private final double[] values;
  private int size;

  private TimedValues(boolean latest, int k) {
    this.latest = latest;
    this.times = new long[k];
    this.values = new double[k];
  }

  /** The first {@code k} values, 1 to 1000. */
  public static TimedValues first(int k) {
    return new TimedValues(false, k);
  }

  /** The last {@code k} values, 1 to 1000. */
  public static TimedValues last(int k) {
    return new TimedValues(true, k);
  }

  @Override
  public void add(double value, long timeMillis) {
    if (!Accumulator.isPresent(value)) {
      return;
    }
    int position = size;
    while (position > 0 && comesBefore(timeMillis, times[position - 1])) {
      position--;
    }
    if (position == times.length) {
      return;
    }
    int moved = Math.min(size, times.length - 1) - position;
    System.arraycopy(times, position, times, position + 1, moved);
    System.arraycopy(values, position, values, position + 1, moved);
    times[position] = timeMillis;
    values[position] = value;
    size = Math.min(size + 1, times.length);
  }

  /** Whether a value given later takes its place before one of the answer. */
  private boolean comesBefore(long time, long held) {
    return latest ? time >= held : time < held;
  }

  @Override
  public int width() {
    return times.length;
  }

  @Override
  public double result(long asOfMillis) {
    return size == 0 ? Double.NaN : values[0];
  }

  @Override
  public double result(int index, long asOfMillis) {
    Objects.checkIndex(index, times.length);
    return index < size ? values[index] : Double.NaN;
  }

  @Override
  public void clear() {
    size = 0;
  }

  @Override
  public void merge(Accumulator later) {
    TimedValues that = (TimedValues) later;
    for (int i = 0; i < that.size; i++) {
      // In the order they were given where times are equal: of the last values, the last is first.
      int next = latest ? that.size - 1 - i : i;
      add(that.values[next], that.times[next]);
    }
  }

  @Override
  public void copyFrom(Accumulator other) {
    TimedValues that = (TimedValues) other;
    size = that.size;
    System.arraycopy(that.times, 0, times, 0, size);
    System.arraycopy(that.values, 0, values, 0, size);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    StateFormat.writeUnsigned(out, size);
    for (int i = 0; i < size; i++) {
      out.writeLong(times[i]);
      out.writeDouble(values[i]);
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    size = StateFormat.readSize(in, times.length);
    for (int i = 0; i < size; i++) {
      times[i] = in.readLong();
      values[i] = in.readDouble();
    }
  }
}
