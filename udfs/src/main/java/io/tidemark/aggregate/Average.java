package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Arithmetic mean of the present values.
 *
 * <p>Laws: associative, commutative, invertible. Error: that of {@link Sum}, divided by the count,
 * and one rounding. Memory: 24 bytes. Cost: a handful of additions.
 */
public final class Average implements Mergeable, Invertible {
  private final RunningSum values = new RunningSum();

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      values.add(value);
    }
  }

  @Override
  public void remove(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      values.remove(value);
    }
  }

  @Override
  public double result(long asOfMillis) {
    return values.count() == 0 ? Double.NaN : values.sum() / values.count();
  }

  @Override
  public void clear() {
    values.clear();
  }

  @Override
  public void merge(Accumulator later) {
    values.merge(((Average) later).values);
  }

  @Override
  public void copyFrom(Accumulator other) {
    values.copyFrom(((Average) other).values);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    values.write(out);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    values.read(in);
  }
}
