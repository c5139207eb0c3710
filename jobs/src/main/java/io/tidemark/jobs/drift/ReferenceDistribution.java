package io.tidemark.jobs.drift;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The distribution of one feature, or of the score, in a baseline, and the cells in which current
 * values are counted to be compared with it.
 *
 * <p><b>How it works.</b> The baseline keeps up to 257 of its values with the exact number of rows
 * below and up to each, and the edges of the PSI's bins. Values and edges together are the grid
 * {@code g1 < … < gn}, and a current value is counted in one of the {@code 2n + 1} cells {@code
 * (-∞,g1), [g1], (g1,g2), [g2], … (gn,∞)}. So the current distribution function is exact at every
 * grid point from both sides, ties included; counts of subtasks add up in any order to the same
 * numbers; and no randomness is involved, unlike in KLL sketches.
 *
 * <ul>
 *   <li><i>PSI</i> is exact: the edges are grid points.
 *   <li><i>KS</i>, the largest difference of the two distribution functions, is taken at the
 *       baseline's values: a lower bound. Between two neighbouring values v and w both functions
 *       only rise, so that the difference there is at most the larger of {@code current(w-) −
 *       baseline(v)} and {@code baseline(w-) − current(v)}; the largest of these is the upper
 *       bound. Upper and lower differ by no more than the share of the baseline between two
 *       neighbours: less than 1/256, and nothing where all distinct values were kept.
 * </ul>
 *
 * <p>Cost: one binary search without branches per value, about 9 steps; 8 bytes per cell, at most
 * 533 cells.
 */
final class ReferenceDistribution implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No share counts as less, so that an empty bin does not make the PSI infinite. */
  private static final double SHARE_FLOOR = 1e-4;

  private static final int INTERVALS = 256;
  private static final int BINS = 10;

  private final String name;
  private final long rows;
  private final double[] values;
  private final long[] below;
  private final long[] upTo;
  private final double[] edges;
  private final double[] shares;
  private final double[] grid;

  /**
   * @param values ascending
   * @param below for each value, how many rows are less
   * @param upTo for each value, how many rows are less or equal
   * @param edges ascending; the bins are {@code (-∞,e1], (e1,e2], … (ek,∞)}
   * @param shares of rows in each bin
   */
  ReferenceDistribution(
      String name,
      long rows,
      double[] values,
      long[] below,
      long[] upTo,
      double[] edges,
      double[] shares) {
    this.name = name;
    this.rows = rows;
    this.values = values.clone();
    this.below = below.clone();
    this.upTo = upTo.clone();
    this.edges = edges.clone();
    this.shares = shares.clone();
    // Adding 0.0 makes one zero of the two.
    this.grid =
        DoubleStream.concat(Arrays.stream(values), Arrays.stream(edges))
            .map(value -> value + 0.0)
            .sorted()
            .distinct()
            .toArray();
  }

  /**
   * The distribution that {@code notebooks/baseline.py} makes of the same values: all distinct ones
   * if they are few, else those of rank 1, n/256, … n; edges at the tenths, interpolated.
   *
   * @param values ascending, at least one, each finite
   */
  static ReferenceDistribution of(String name, double[] values) {
    int rows = values.length;
    double[] kept = Arrays.stream(values).map(value -> value + 0.0).distinct().toArray();
    if (kept.length > INTERVALS + 1) {
      kept =
          IntStream.rangeClosed(0, INTERVALS)
              .mapToDouble(i -> values[rank(i, rows) - 1])
              .distinct()
              .toArray();
    }
    long[] below = new long[kept.length];
    long[] upTo = new long[kept.length];
    for (int i = 0; i < kept.length; i++) {
      below[i] = firstAt(values, kept[i], false);
      upTo[i] = firstAt(values, kept[i], true);
    }
    double[] edges =
        IntStream.range(1, BINS).mapToDouble(tenth -> quantile(values, tenth)).distinct().toArray();
    double[] shares = new double[edges.length + 1];
    int binned = 0;
    for (int i = 0; i < edges.length; i++) {
      int end = firstAt(values, edges[i], true);
      shares[i] = share(end - binned, rows);
      binned = end;
    }
    shares[edges.length] = share(rows - binned, rows);
    return new ReferenceDistribution(name, rows, kept, below, upTo, edges, shares);
  }

  private static int rank(int interval, int rows) {
    long products = (long) interval * rows;
    return (int) Math.max(1, (products + INTERVALS - 1) / INTERVALS);
  }

  /** Linear between order statistics, rounded as numpy does. */
  private static double quantile(double[] values, int tenth) {
    double position = (values.length - 1) * (tenth / (double) BINS);
    int index = (int) position;
    double low = values[index];
    double high = values[Math.min(index + 1, values.length - 1)];
    double part = position - index;
    return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
  }

  /** How many values come before the bound: those below it, or not above it. */
  private static int firstAt(double[] values, double bound, boolean included) {
    int low = 0;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < bound || (included && values[middle] == bound)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  String name() {
    return name;
  }

  /** The smallest of the kept values that half of the rows do not exceed; 0 without values. */
  double median() {
    for (int i = 0; i < values.length; i++) {
      if (2 * upTo[i] >= rows) {
        return values[i];
      }
    }
    return 0;
  }

  int cells() {
    return 2 * grid.length + 1;
  }

  /** Equal for equal cells, in every process. */
  int gridDigest() {
    return 31 * name.hashCode() + Arrays.hashCode(grid);
  }

  /** The cell of a value, which is a number or infinite. */
  int cell(double value) {
    double[] points = grid;
    int first = 0;
    for (int length = points.length; length > 1; ) {
      int half = length >>> 1;
      // Written so that it compiles to a conditional move: branches here cannot be predicted.
      first = points[first + half - 1] < value ? first + half : first;
      length -= half;
    }
    double point = points[first];
    if (point < value) {
      return 2 * first + 2;
    }
    return point == value ? 2 * first + 1 : 2 * first;
  }

  /**
   * How far counted values lie from this distribution.
   *
   * @param counts values per cell, from {@code offset} on
   */
  DriftDistance distance(long[] counts, int offset) {
    long total = 0;
    for (int i = 0; i < cells(); i++) {
      total += counts[offset + i];
    }
    if (total == 0) {
      return DriftDistance.OF_NOTHING;
    }
    double lower = 0;
    double upper = 0;
    double psi = 0;
    double baselineBefore = 0;
    double currentBefore = 0;
    long currentUpTo = 0;
    long binned = 0;
    int value = 0;
    int edge = 0;
    for (int point = 0; point < grid.length; point++) {
      long currentBelow = currentUpTo + counts[offset + 2 * point];
      currentUpTo = currentBelow + counts[offset + 2 * point + 1];
      if (value < values.length && grid[point] == values[value]) {
        double baseline = share(below[value], rows);
        double current = share(currentBelow, total);
        lower = Math.max(lower, Math.abs(baseline - current));
        upper = Math.max(upper, Math.max(current - baselineBefore, baseline - currentBefore));
        baselineBefore = share(upTo[value], rows);
        currentBefore = share(currentUpTo, total);
        lower = Math.max(lower, Math.abs(baselineBefore - currentBefore));
        value++;
      }
      if (edge < edges.length && grid[point] == edges[edge]) {
        psi += stability(shares[edge], share(currentUpTo - binned, total));
        binned = currentUpTo;
        edge++;
      }
    }
    psi += stability(shares[edge], share(total - binned, total));
    return new DriftDistance(total, lower, Math.max(upper - lower, 0), psi);
  }

  private static double share(long part, long whole) {
    return (double) part / whole;
  }

  private static double stability(double baselineShare, double currentShare) {
    double was = Math.max(baselineShare, SHARE_FLOOR);
    double now = Math.max(currentShare, SHARE_FLOOR);
    return (now - was) * StrictMath.log(now / was);
  }
}
