package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Number of present values.
 *
 * <p>Laws: associative, commutative, invertible. Error: none. Memory: one long. Cost: one addition.
 */
public final class Count implements Mergeable, Invertible {
  private long count;

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      count++;
    }
  }

  @Override
  public void remove(double value, long timeMillis) {
    if (!Accumulator.isPresent(value)) {
      return;
    }
    if (count == 0) {
      throw new IllegalStateException("Nothing to remove " + value + " from");
    }
    count--;
  }

  @Override
  public double result(long asOfMillis) {
    return count;
  }

  @Override
  public void clear() {
    count = 0;
  }

  @Override
  public void merge(Accumulator later) {
    count += ((Count) later).count;
  }

  @Override
  public void copyFrom(Accumulator other) {
    count = ((Count) other).count;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    StateFormat.writeUnsigned(out, count);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    count = StateFormat.readUnsigned(in);
  }
}
