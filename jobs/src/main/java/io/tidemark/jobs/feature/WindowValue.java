package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import io.tidemark.jobs.feature.SumOutput.Kind;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** What a feature reads off the state of its window. */
sealed interface WindowValue extends Serializable {

  /**
   * @param index which of the numbers, where there are several
   * @return NaN where it is not defined
   */
  double of(WindowState state, int index, long asOfMillis);

  /** How it is put into a vector from the cells of a state alone; null where it takes more. */
  default @Nullable SumOutput output(LogWindow window, FeatureColumn target) {
    return null;
  }

  /** Which part of its window it is read off, see {@link LogLayout#gapOf}. */
  int part(WindowSpec spec);

  /** Number of events. */
  record Events() implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.events();
    }

    @Override
    public SumOutput output(LogWindow window, FeatureColumn target) {
      return new SumOutput(Kind.NUMBER, window.eventsCell(), target);
    }

    @Override
    public int part(WindowSpec spec) {
      return 0;
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

    @Override
    public SumOutput output(LogWindow window, FeatureColumn target) {
      return new SumOutput(Kind.NUMBER, window.sumCell(position) + EntrySums.COUNT, target);
    }

    @Override
    public int part(WindowSpec spec) {
      return 1 + position;
    }
  }

  /** Sum of a column. */
  record Sum(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return state.sum(position);
    }

    @Override
    public SumOutput output(LogWindow window, FeatureColumn target) {
      return new SumOutput(Kind.SUM, window.sumCell(position), target);
    }

    @Override
    public int part(WindowSpec spec) {
      return 1 + position;
    }
  }

  /** Mean of a column. */
  record Mean(int position) implements WindowValue {
    @Override
    public double of(WindowState state, int index, long asOfMillis) {
      return Kind.MEAN.read(state.log().cells(), state.window().sumCell(position));
    }

    @Override
    public SumOutput output(LogWindow window, FeatureColumn target) {
      return new SumOutput(Kind.MEAN, window.sumCell(position), target);
    }

    @Override
    public int part(WindowSpec spec) {
      return 1 + position;
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

    @Override
    public int part(WindowSpec spec) {
      return 1 + spec.columns().size() + position;
    }
  }
}
