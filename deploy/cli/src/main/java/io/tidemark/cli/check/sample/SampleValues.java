package io.tidemark.cli.check.sample;

/**
 * One quantity for every event of a sample, in the order of events.
 *
 * @param ids of the events
 * @param values NaN where there is none
 * @param defaulted whether the value stands in for one that could not be computed
 */
record SampleValues(String[] ids, double[] values, boolean[] defaulted) {
  /** Those of some rows, in that order. */
  SampleValues rows(int[] rows) {
    SampleValues chosen =
        new SampleValues(
            new String[rows.length], new double[rows.length], new boolean[rows.length]);
    for (int i = 0; i < rows.length; i++) {
      chosen.ids[i] = ids[rows[i]];
      chosen.values[i] = values[rows[i]];
      chosen.defaulted[i] = defaulted[rows[i]];
    }
    return chosen;
  }
}
