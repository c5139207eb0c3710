package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/**
 * How many of the present values lie in each of the buckets that ascending edges cut: up to and
 * including the first, up to and including the second, …, above the last. One edge more makes one
 * number more in the answer.
 *
 * <p>Laws: associative, commutative, invertible. Error: none. Memory: one long a bucket. Cost: a
 * binary search among the edges.
 */
public final class Histogram implements Mergeable, Invertible {

  private final double[] edges;
  private final long[] counts;

  /**
   * @param edges finite and ascending
   */
  public Histogram(double... edges) {
    this.edges = Arrays.stream(edges).map(edge -> edge + 0.0).toArray();
    this.counts = new long[edges.length + 1];
  }

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      counts[bucket(value)]++;
    }
  }

  @Override
  public void remove(double value, long timeMillis) {
    if (!Accumulator.isPresent(value)) {
      return;
    }
    int bucket = bucket(value);
    if (counts[bucket] == 0) {
      throw new IllegalStateException("Nothing to remove " + value + " from");
    }
    counts[bucket]--;
  }

  private int bucket(double value) {
    // Adding 0.0 turns -0.0, which a search puts before 0.0, into it; so it was with the edges.
    int found = Arrays.binarySearch(edges, value + 0.0);
    return found >= 0 ? found : -found - 1;
  }

  @Override
  public int width() {
    return counts.length;
  }

  @Override
  public double result(long asOfMillis) {
    return counts[0];
  }

  @Override
  public double result(int index, long asOfMillis) {
    return counts[Objects.checkIndex(index, counts.length)];
  }

  @Override
  public void clear() {
    Arrays.fill(counts, 0);
  }

  @Override
  public void merge(Accumulator later) {
    Histogram that = (Histogram) later;
    for (int i = 0; i < counts.length; i++) {
      counts[i] += that.counts[i];
    }
  }

  @Override
  public void copyFrom(Accumulator other) {
    System.arraycopy(((Histogram) other).counts, 0, counts, 0, counts.length);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    for (long count : counts) {
      StateFormat.writeUnsigned(out, count);
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    for (int i = 0; i < counts.length; i++) {
      counts[i] = StateFormat.readUnsigned(in);
    }
  }
}
