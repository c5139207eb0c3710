package io.tidemark.jobs.feature;

import io.tidemark.aggregate.RunningSum;
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
      return state.sum(position).count();
    }
  }

  /** Sum of a column. */
  record Sum(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.sum(position).sum();
    }
  }

  /** Mean of a column. */
  record Mean(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      RunningSum values = state.sum(position);
      return values.count() == 0 ? Double.NaN : values.sum() / values.count();
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
