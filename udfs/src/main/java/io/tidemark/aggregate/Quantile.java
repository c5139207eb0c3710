package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A quantile of the present values, off by at most 1 % of itself: the value of rank ⌈q·n⌉.
 *
 * <p><b>How it works.</b> Values are counted in buckets whose borders grow by γ = (1 + 0.01) / (1 −
 * 0.01), those of negative values mirrored, and one bucket holds what is nearer to 0 than 1e-12. A
 * bucket answers with the value that is at most 1 % from both its ends. Only buckets that hold
 * something are kept, in order.
 *
 * <p>Laws: associative, commutative, invertible: all exactly, for only counts are kept. Hence it is
 * deterministic, and one running state serves a window. Error: relative 1 % of the value (absolute
 * 1e-12 near 0). Memory: 12 bytes a bucket; positive values over six decades fill at most 691.
 * Cost: one logarithm and a binary search among the buckets; reading walks over them.
 *
 * @see <a href="https://doi.org/10.14778/3352063.3352135">C. Masson, J. E. Rim, H. K. Lee,
 *     DDSketch, PVLDB 12 (2019)</a>
 */
public final class Quantile implements Mergeable, Invertible {
  static final double RELATIVE_ERROR = 0.01;
  private static final double GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
  private static final double LOG_GAMMA = StrictMath.log(GAMMA);
  private static final double NEAREST_TO_ZERO = 1e-12;

  /** The bucket of {@link #NEAREST_TO_ZERO}, moved to 1; 0 is the bucket around 0. */
  private static final int OFFSET = 1 - logarithm(NEAREST_TO_ZERO);

  /** As many as the range of a double has. */
  static final int MOST_BUCKETS = 2 * (logarithm(Double.MAX_VALUE) + OFFSET) + 1;

  private final double rank;
  private int[] buckets = new int[16];
  private long[] counts = new long[16];
  private int size;
  private long total;

  /**
   * @param rank of the value asked for: 0 the smallest, 0.5 the median, 1 the largest
   */
  public Quantile(double rank) {
    this.rank = rank;
  }

  /** The same on every machine: a value must leave the bucket that it entered elsewhere. */
  private static int logarithm(double magnitude) {
    return (int) Math.ceil(StrictMath.log(magnitude) / LOG_GAMMA);
  }

  private static int bucket(double value) {
    double magnitude = Math.abs(value);
    if (magnitude < NEAREST_TO_ZERO) {
      return 0;
    }
    int bucket = logarithm(magnitude) + OFFSET;
    return value < 0 ? -bucket : bucket;
  }

  /** The value at most 1 % from both ends of a bucket. */
  private static double value(int bucket) {
    if (bucket == 0) {
      return 0;
    }
    double upper = StrictMath.exp((Math.abs(bucket) - OFFSET) * LOG_GAMMA);
    double middle = Math.min(upper / (1 + GAMMA) * 2, Double.MAX_VALUE);
    return bucket < 0 ? -middle : middle;
  }

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      add(bucket(value), 1);
    }
  }

  private void add(int bucket, long more) {
    int found = Arrays.binarySearch(buckets, 0, size, bucket);
    if (found >= 0) {
      counts[found] += more;
    } else {
      insert(-found - 1, bucket, more);
    }
    total += more;
  }

  private void insert(int position, int bucket, long count) {
    if (size == buckets.length) {
      buckets = Arrays.copyOf(buckets, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    System.arraycopy(buckets, position, buckets, position + 1, size - position);
    System.arraycopy(counts, position, counts, position + 1, size - position);
    buckets[position] = bucket;
    counts[position] = count;
    size++;
  }

  @Override
  public void remove(double value, long timeMillis) {
    if (!Accumulator.isPresent(value)) {
      return;
    }
    int found = Arrays.binarySearch(buckets, 0, size, bucket(value));
    if (found < 0) {
      throw new IllegalStateException("Nothing to remove " + value + " from");
    }
    counts[found]--;
    total--;
    if (counts[found] == 0) {
      size--;
      System.arraycopy(buckets, found + 1, buckets, found, size - found);
      System.arraycopy(counts, found + 1, counts, found, size - found);
    }
  }

  @Override
  public double result(long asOfMillis) {
    if (total == 0) {
      return Double.NaN;
    }
    long wanted = Math.max(1, (long) Math.ceil(rank * total));
    int position = 0;
    for (long passed = counts[0]; passed < wanted; passed += counts[position]) {
      position++;
    }
    return value(buckets[position]);
  }

  @Override
  public void clear() {
    size = 0;
    total = 0;
  }

  @Override
  public void merge(Accumulator later) {
    Quantile that = (Quantile) later;
    for (int i = 0; i < that.size; i++) {
      add(that.buckets[i], that.counts[i]);
    }
  }

  @Override
  public void copyFrom(Accumulator other) {
    Quantile that = (Quantile) other;
    if (buckets.length < that.size) {
      buckets = new int[that.buckets.length];
      counts = new long[that.counts.length];
    }
    System.arraycopy(that.buckets, 0, buckets, 0, that.size);
    System.arraycopy(that.counts, 0, counts, 0, that.size);
    size = that.size;
    total = that.total;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    StateFormat.writeUnsigned(out, size);
    int before = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0) {
        out.writeInt(buckets[0]);
      } else {
        StateFormat.writeUnsigned(out, (long) buckets[i] - before);
      }
      StateFormat.writeUnsigned(out, counts[i]);
      before = buckets[i];
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    clear();
    int entries = StateFormat.readSize(in, MOST_BUCKETS);
    int bucket = 0;
    for (int i = 0; i < entries; i++) {
      bucket = i == 0 ? in.readInt() : (int) (bucket + StateFormat.readUnsigned(in));
      long count = StateFormat.readUnsigned(in);
      insert(i, bucket, count);
      total += count;
    }
  }
}
