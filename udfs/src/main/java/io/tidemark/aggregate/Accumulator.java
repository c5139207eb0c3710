package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * The running state of one aggregate over values and their times.
 *
 * <p>Only numbers enter: NaN, which stands for a null, and infinities are skipped by every
 * accumulator. A text enters as its {@link TextCode}, for the engine's columns are doubles. An
 * answer is one number, or {@link #width} of them; NaN stands for one that is not defined.
 *
 * <p>Adding allocates nothing once the accumulator has grown to its size; {@link #clear} makes it
 * as new, so an engine keeps a few and reuses them. Reading never changes an answer. Not
 * thread-safe.
 */
public interface Accumulator {

  /** Whether a value enters: it is neither NaN nor infinite. */
  static boolean isPresent(double value) {
    return Math.abs(value) <= Double.MAX_VALUE;
  }

  /**
   * @param value NaN and infinities are skipped
   * @param timeMillis event time in milliseconds since the epoch; looked at by the aggregates that
   *     speak of time
   */
  void add(double value, long timeMillis);

  /**
   * The answer, or the first number of it.
   *
   * @param asOfMillis the time the answer speaks of; no value that was added is younger
   * @return NaN where the aggregate of what was added is not defined
   */
  double result(long asOfMillis);

  /** How many numbers the answer has. */
  default int width() {
    return 1;
  }

  /**
   * One number of the answer.
   *
   * @param index from 0, below {@link #width}
   */
  default double result(int index, long asOfMillis) {
    Objects.checkIndex(index, 1);
    return result(asOfMillis);
  }

  /** Forgets everything that was added. */
  void clear();

  /** Writes the state, behind a byte that names its format; parameters are not part of it. */
  void write(DataOutput out) throws IOException;

  /**
   * Replaces the state by one that {@link #write} gave for the same aggregate and parameters.
   *
   * @throws IllegalStateException if the state was written by another release in a form that this
   *     one does not know
   */
  void read(DataInput in) throws IOException;
}
