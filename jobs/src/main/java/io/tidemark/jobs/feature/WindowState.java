package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;

/** What a window of a log holds. A view: it is what the log is. */
record WindowState(LogWindow window, LogState log) {

  long events() {
    return window.events(log);
  }

  /** See {@link LogWindow#startMillis}. */
  long startMillis() {
    return window.startMillis(log);
  }

  /**
   * How many values of a column there are.
   *
   * @param position of the column in the window's own list
   */
  long count(int position) {
    return window.count(log, position);
  }

  /**
   * Sum of a column; 0 where there is nothing to sum.
   *
   * @param position of the column in the window's own list
   */
  double sum(int position) {
    return window.sum(log, position);
  }

  /**
   * @param position of the aggregate in the window's own list
   */
  Mergeable accumulator(int position) {
    return window.accumulator(log, position);
  }
}
