package io.tidemark.jobs.drift;

/**
 * How far current values lie from a {@link ReferenceDistribution}.
 *
 * @param rows how many values there are
 * @param ks Kolmogorov-Smirnov distance, between 0 and 1: a lower bound
 * @param ksError how much larger the distance can be at most
 * @param psi population stability index, from 0 up
 */
record DriftDistance(long rows, double ks, double ksError, double psi) {
  static final DriftDistance OF_NOTHING = new DriftDistance(0, Double.NaN, Double.NaN, Double.NaN);
}
