package io.tidemark.jobs.drift;

/**
 * A span of event time.
 *
 * @param endMillis excluded
 */
record DriftWindow(long startMillis, long endMillis) {

  boolean contains(long timeMillis) {
    return startMillis <= timeMillis && timeMillis < endMillis;
  }

  long sizeMillis() {
    return endMillis - startMillis;
  }
}
