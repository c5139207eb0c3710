package io.tidemark.jobs.feature;

import java.io.Serializable;

/** What a feature reads off the state of its window. */
sealed interface WindowValue extends Serializable {

  /**
   * @param index which of the numbers, where there are several
   * @return NaN where it is not defined
   */
  double of(WindowState state, int index, long asOfMillis);

  /** Number of events. */
  record Events() implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.events();
    }
  }

  /**
   * Number of values of a column.
   *
   * @param position of the column in the window's list
   */
  record Count(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.count(position);
    }
  }

  /** Sum of a column. */
  record Sum(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.sum(position);
    }
  }

  /** Mean of a column. */
  record Mean(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      long count = state.count(position);
      return count == 0 ? Double.NaN : state.sum(position) / count;
    }
  }

  /**
   * Any other aggregate.
   *
   * @param position of the aggregate in the window's list
   */
  record Accumulated(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.accumulator(position).result(index, asOfMillis);
    }
  }
}
