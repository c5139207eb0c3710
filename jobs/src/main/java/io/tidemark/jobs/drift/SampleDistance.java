package io.tidemark.jobs.drift;

import java.util.Arrays;

/**
 * How far two samples of one quantity lie apart, measured as the drift of a job is: what a check of
 * contracts says and what an alert would say later are the same number.
 *
 * @param ks Kolmogorov-Smirnov distance, between 0 and 1: a lower bound, less than 1/256 below
 * @param psi population stability index over the tenths of the first sample, from 0 up
 */
public record SampleDistance(double ks, double psi) {

  /**
   * Takes time and memory in proportion to the samples, sorting aside.
   *
   * @param before ascending, each finite
   * @param after in any order, each finite
   * @throws IllegalArgumentException if one of them is empty: there is no distance to nothing
   */
  public static SampleDistance between(double[] before, double[] after) {
    if (before.length == 0 || after.length == 0) {
      throw new IllegalArgumentException(
          "Samples of " + before.length + " and " + after.length + " values");
    }
    ReferenceDistribution reference = ReferenceDistribution.of("sample", before);
    long[] counts = new long[reference.cells()];
    Arrays.stream(after).forEach(value -> counts[reference.cell(value)]++);
    DriftDistance distance = reference.distance(counts, 0);
    return new SampleDistance(distance.ks(), distance.psi());
  }
}
