package io.tidemark.jobs.score;

import java.util.Arrays;

/**
 * What a batch costs an engine: {@code t(n) = nanosPerRow · n + nanosPerCall}.
 *
 * @param nanosPerRow positive
 * @param nanosPerCall at least 0
 */
public record BatchCost(double nanosPerRow, double nanosPerCall) {
  /** The part of the peak rate that a larger batch is not worth going beyond. */
  private static final double OF_PEAK = 0.98;

  /**
   * What a batch costs beside its call: waking one thread to score it and another to answer it, and
   * reading rows that the other core has written. Measured on two virtual cores.
   */
  private static final double HAND_OVER_NANOS = 20_000;

  /**
   * The line of least squared relative errors through what was measured: small batches, whose times
   * are small, count as much as large ones.
   *
   * @param rows sizes of batches, at least two different ones
   * @param nanos the time each took, positive
   */
  static BatchCost fit(int[] rows, long[] nanos) {
    double w = 0;
    double wx = 0;
    double wy = 0;
    double wxx = 0;
    double wxy = 0;
    for (int i = 0; i < rows.length; i++) {
      double weight = 1.0 / ((double) nanos[i] * nanos[i]);
      w += weight;
      wx += weight * rows[i];
      wy += weight * nanos[i];
      wxx += weight * rows[i] * rows[i];
      wxy += weight * rows[i] * nanos[i];
    }
    double perRow = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    double perCall = (wy - perRow * wx) / w;
    if (!(perRow > 0)) { // a flat line, as of a model that does nothing: the largest batch is best
      int largest = Arrays.stream(rows).max().orElseThrow();
      double mean = Arrays.stream(nanos).average().orElseThrow();
      return new BatchCost(mean / largest, 0);
    }
    return new BatchCost(perRow, Math.max(0, perCall));
  }

  /** What a batch of a job costs, of which the call is a part. */
  BatchCost withHandOver() {
    return new BatchCost(nanosPerRow, nanosPerCall + HAND_OVER_NANOS);
  }

  double nanos(int rows) {
    return nanosPerRow * rows + nanosPerCall;
  }

  /**
   * The smallest batch with nearly the rate of one of {@code maxRows}, the largest there may be.
   */
  int bestRows(int maxRows) {
    return rowsFor(OF_PEAK * maxRows / nanos(maxRows), maxRows);
  }

  /** The smallest batch that spends this share of its time on rows and not on the call. */
  int rowsOfEfficiency(double share, int maxRows) {
    return rowsFor(share / nanosPerRow, maxRows);
  }

  private int rowsFor(double rowsPerNano, int maxRows) {
    double spare = 1 - rowsPerNano * nanosPerRow;
    double rows = spare > 0 ? rowsPerNano * nanosPerCall / spare : maxRows;
    return (int) Math.max(1, Math.min(maxRows, Math.ceil(rows)));
  }
}
