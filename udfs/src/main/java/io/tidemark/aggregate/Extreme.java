package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The smallest or the largest of the present values; 0.0 counts as larger than -0.0.
 *
 * <p>Laws: associative, commutative, idempotent; not invertible. Error: none. Memory: one double.
 * Cost: one comparison.
 */
public final class Extreme implements Mergeable {
  private final boolean largest;
  private double extreme = Double.NaN;

  private Extreme(boolean largest) {
    this.largest = largest;
  }

  public static Extreme minimum() {
    return new Extreme(false);
  }

  public static Extreme maximum() {
    return new Extreme(true);
  }

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      if (Double.isNaN(extreme)) {
        extreme = value;
      } else {
        extreme = largest ? Math.max(extreme, value) : Math.min(extreme, value);
      }
    }
  }

  @Override
  public double result(long asOfMillis) {
    return extreme;
  }

  @Override
  public void clear() {
    extreme = Double.NaN;
  }

  @Override
  public void merge(Accumulator later) {
    add(((Extreme) later).extreme, 0);
  }

  @Override
  public void copyFrom(Accumulator other) {
    extreme = ((Extreme) other).extreme;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    out.writeDouble(extreme);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    extreme = in.readDouble();
  }
}
