package io.tidemark.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;

/**
 * Counts values in fixed buckets: what Prometheus can add up over subtasks and take any quantile
 * of, for any span of time, which it cannot do with the quantiles of Flink's own histograms.
 *
 * <p>{@code TidemarkPrometheusReporter} exports it as a histogram; any other reporter takes {@link
 * #getStatistics} and exports the quantiles since the start of the task, interpolated within a
 * bucket and in the exported unit.
 *
 * <p>An update allocates nothing. Where the bounds lie far enough apart the bucket is looked up by
 * the value's high bits; elsewhere the value is compared with every bound, without a branch: 5 ns
 * with 16 bounds, where a binary search takes 12 when its branches cannot be foreseen.
 *
 * <p>Thread-safe for one writer, such as the task thread, and any number of readers. A reader may
 * see some of an update and not yet the rest: the sum may lag the buckets by one value.
 */
public final class BucketHistogram implements Histogram {
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle SUM;

  static {
    try {
      SUM = MethodHandles.lookup().findVarHandle(BucketHistogram.class, "sum", double.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final double NANOS = 1e-9;
  private static final int HIGHEST_CELL = 1_024;

  /** 0.5 ms to 10 s. */
  private static final double[] LATENCIES = {
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2, 5, 10
  };

  private final double unit;
  private final double[] upperBounds;
  private final long[] bounds; // the same in counted units; a value equal to one is below it
  private final int cellBits; // values that differ in these only share a cell
  private final byte[] bucketOfCell; // of its lowest value; empty where there would be too many
  private final long[] counts; // one more than bounds: what is above all of them
  private double sum; // in counted units; as a long, a topic read again after a year overflows it

  /**
   * @param unit how much of the exported unit one counted unit is, such as 1e-9 where nanoseconds
   *     are counted and seconds exported
   * @param upperBounds of the buckets, inclusive, in the exported unit and ascending; there is
   *     always one more bucket without a bound
   * @throws IllegalArgumentException if there is no bound, or two do not ascend in counted units
   */
  public BucketHistogram(double unit, double... upperBounds) {
    this.unit = unit;
    this.upperBounds = upperBounds.clone();
    this.bounds = Arrays.stream(upperBounds).mapToLong(bound -> Math.round(bound / unit)).toArray();
    for (int i = 0; i < bounds.length; i++) {
      if (i > 0 && bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException(
            "Bounds of buckets must ascend: " + Arrays.toString(upperBounds));
      }
    }
    if (bounds.length == 0) {
      throw new IllegalArgumentException("A histogram needs at least one bound");
    }
    this.counts = new long[bounds.length + 1];
    this.cellBits = 63 - Long.numberOfLeadingZeros(leastDistance());
    this.bucketOfCell = bucketsOfCells();
  }

  private long leastDistance() {
    long least = Long.MAX_VALUE;
    for (int i = 1; i < bounds.length; i++) {
      least = Math.min(least, bounds[i] - bounds[i - 1]);
    }
    return least;
  }

  private byte[] bucketsOfCells() {
    long highest = bounds[bounds.length - 1] >> cellBits;
    if (highest < 0 || highest > HIGHEST_CELL || bounds.length > Byte.MAX_VALUE) {
      return new byte[0];
    }
    byte[] buckets = new byte[(int) highest + 1];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = (byte) compared((long) i << cellBits);
    }
    return buckets;
  }

  /** Takes nanoseconds and exports seconds, in buckets from 0.5 ms to 10 s. */
  public static BucketHistogram ofLatency() {
    return new BucketHistogram(NANOS, LATENCIES);
  }

  /** Takes and exports a number of things, in buckets that double from 1. */
  public static BucketHistogram ofCount(long highestBound) {
    int bounds = 64 - Long.numberOfLeadingZeros(highestBound);
    double[] upperBounds = new double[bounds];
    for (int i = 0; i < bounds; i++) {
      upperBounds[i] = 1L << i;
    }
    return new BucketHistogram(1, upperBounds);
  }

  /**
   * Counts a value.
   *
   * @param value in counted units; a negative one, as clocks give that were set back, counts as 0
   */
  @Override
  public void update(long value) {
    long counted = Math.max(0, value);
    int bucket = bucket(counted);
    SUM.setOpaque(this, sum + (double) counted);
    COUNT.setOpaque(counts, bucket, counts[bucket] + 1);
  }

  private int bucket(long value) {
    if (bucketOfCell.length == 0) {
      return compared(value);
    }
    if (value > bounds[bounds.length - 1]) {
      return bounds.length;
    }
    int bucket = bucketOfCell[(int) (value >> cellBits)];
    return value > bounds[bucket] ? bucket + 1 : bucket; // no cell holds two bounds
  }

  /** How many bounds are below the value, counted by the sign bits of the differences. */
  private int compared(long value) {
    long below = 0;
    for (long bound : bounds) {
      below += (bound - value) >>> (Long.SIZE - 1);
    }
    return (int) below;
  }

  @Override
  public long getCount() {
    return Arrays.stream(snapshot()).sum();
  }

  /** Upper bounds of all buckets but the last, which has none, in the exported unit. */
  public double[] upperBounds() {
    return upperBounds.clone();
  }

  /** How many values are in each bucket alone; one entry more than there are bounds. */
  public long[] snapshot() {
    long[] copy = new long[counts.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (long) COUNT.getOpaque(counts, i);
    }
    return copy;
  }

  /** Sum of all values in the exported unit. */
  public double sum() {
    return (double) SUM.getOpaque(this) * unit;
  }

  @Override
  public HistogramStatistics getStatistics() {
    return new Statistics(upperBounds, snapshot(), sum());
  }

  /**
   * What a reporter without buckets exports. Within a bucket values are taken to be spread evenly;
   * those above the last bound are taken to be at it, as Prometheus does.
   */
  private static final class Statistics extends HistogramStatistics {
    private final double[] upperBounds;
    private final long[] counts;
    private final long count;
    private final double sum;

    Statistics(double[] upperBounds, long[] counts, double sum) {
      this.upperBounds = upperBounds;
      this.counts = counts;
      this.count = Arrays.stream(counts).sum();
      this.sum = sum;
    }

    @Override
    public double getQuantile(double quantile) {
      double rank = quantile * count;
      long below = 0;
      for (int bucket = 0; bucket < upperBounds.length; bucket++) {
        if (counts[bucket] > 0 && below + counts[bucket] >= rank) {
          double share = Math.max(0, rank - below) / counts[bucket];
          return lower(bucket) + share * (upperBounds[bucket] - lower(bucket));
        }
        below += counts[bucket];
      }
      return count == 0 ? 0 : upper(upperBounds.length);
    }

    private double lower(int bucket) {
      return bucket == 0 ? 0 : upperBounds[bucket - 1];
    }

    private double upper(int bucket) {
      return upperBounds[Math.min(bucket, upperBounds.length - 1)];
    }

    /** None: values are counted, not kept. */
    @Override
    public long[] getValues() {
      return new long[0];
    }

    @Override
    public int size() {
      return (int) Math.min(count, Integer.MAX_VALUE);
    }

    @Override
    public double getMean() {
      return count == 0 ? 0 : sum / count;
    }

    @Override
    public double getStdDev() {
      if (count == 0) {
        return 0;
      }
      double squares = 0;
      for (int bucket = 0; bucket < counts.length; bucket++) {
        double distance = (lower(bucket) + upper(bucket)) / 2 - getMean();
        squares += counts[bucket] * distance * distance;
      }
      return Math.sqrt(squares / count);
    }

    /** Upper bound of the highest bucket that holds a value, rounded up to a whole number. */
    @Override
    public long getMax() {
      int bucket = counts.length - 1;
      while (bucket >= 0 && counts[bucket] == 0) {
        bucket--;
      }
      return bucket < 0 ? 0 : (long) Math.ceil(upper(bucket));
    }

    /** Lower bound of the lowest bucket that holds a value, rounded down to a whole number. */
    @Override
    public long getMin() {
      int bucket = 0;
      while (bucket < counts.length && counts[bucket] == 0) {
        bucket++;
      }
      return bucket == counts.length ? 0 : (long) lower(bucket);
    }
  }
}
