package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Sum of the present values; 0 where there are none.
 *
 * <p>Laws: associative, commutative, invertible. Error: that of {@link RunningSum}, 2u times the
 * magnitudes that passed through; where partial sums leave the range of a double, the answer is not
 * finite until the state is cleared or empty. Memory: 24 bytes. Cost: a handful of additions.
 */
public final class Sum implements Mergeable, Invertible {
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
    return values.sum();
  }

  @Override
  public void clear() {
    values.clear();
  }

  @Override
  public void merge(Accumulator later) {
    values.merge(((Sum) later).values);
  }

  @Override
  public void copyFrom(Accumulator other) {
    values.copyFrom(((Sum) other).values);
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
