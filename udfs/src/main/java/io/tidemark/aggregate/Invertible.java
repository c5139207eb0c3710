package io.tidemark.aggregate;

/**
 * An accumulator that can give back what it took, in any order, so that a window needs one running
 * state and no copies of its past.
 */
public interface Invertible extends Accumulator {

  /**
   * Undoes an {@link #add} of the same value and time, up to the aggregate's declared error. What
   * {@code add} skips is skipped here.
   *
   * @throws IllegalStateException if there is nothing it could have been added to
   */
  void remove(double value, long timeMillis);
}
