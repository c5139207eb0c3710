package io.tidemark.jobs.feature;

/**
 * How a window grows that loses nothing but all at once: its events need not be kept.
 *
 * @param periodMillis it begins anew with each of these periods; 0 for never
 * @param offsetMillis of the starts of periods from the epoch
 */
record Growth(long periodMillis, long offsetMillis) {

  /** When the period of a time began; the same for all times where there are no periods. */
  long startOf(long timeMillis) {
    return periodMillis == 0
        ? Long.MIN_VALUE
        : Math.floorDiv(timeMillis - offsetMillis, periodMillis) * periodMillis + offsetMillis;
  }
}
