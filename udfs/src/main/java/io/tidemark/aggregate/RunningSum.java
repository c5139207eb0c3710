package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Count and sum of doubles under insertion and removal.
 *
 * <p>The sum is Neumaier's compensated one: its error after n operations is bounded by about {@code
 * 2u + O(n u²)} times the sum of the magnitudes that passed through (u = 2^-53), against {@code n
 * u} for a plain sum. Invertible: {@code remove(x)} undoes {@code add(x)} up to that bound, and an
 * emptied sum is exactly 0. NaN and infinities are refused: they could never be removed again.
 * Memory: 24 bytes; cost: a handful of additions per operation.
 *
 * <p>Mutable and not thread-safe.
 *
 * @see <a href="https://doi.org/10.1002/zamm.19740540106">A. Neumaier, Rundungsfehleranalyse
 *     einiger Verfahren zur Summation endlicher Summen, ZAMM 54 (1974)</a>
 */
public final class RunningSum {
  private long count;
  private double sum;
  private double compensation;

  /** Takes over the state that {@link #count}, {@link #rawSum} and {@link #compensation} gave. */
  public void restore(long count, double rawSum, double compensation) {
    this.count = count;
    this.sum = rawSum;
    this.compensation = compensation;
  }

  public void add(double value) {
    requireFinite(value);
    count++;
    accumulate(value);
  }

  public void remove(double value) {
    requireFinite(value);
    if (count == 0) {
      throw new IllegalStateException("Nothing to remove " + value + " from");
    }
    count--;
    if (count == 0) {
      clear();
    } else {
      accumulate(-value);
    }
  }

  /** Adds all that {@code other}, which is not this one, was given and still holds. */
  void merge(RunningSum other) {
    count += other.count;
    accumulate(other.sum);
    compensation += other.compensation;
  }

  void copyFrom(RunningSum other) {
    restore(other.count, other.sum, other.compensation);
  }

  /** Multiplies the sum by 2^exponent: exact, but for what leaves the range of a double. */
  void scale(int exponent) {
    sum = Math.scalb(sum, exponent);
    compensation = Math.scalb(compensation, exponent);
  }

  void write(DataOutput out) throws IOException {
    StateFormat.writeUnsigned(out, count);
    out.writeDouble(sum);
    out.writeDouble(compensation);
  }

  void read(DataInput in) throws IOException {
    restore(StateFormat.readUnsigned(in), in.readDouble(), in.readDouble());
  }

  public void clear() {
    count = 0;
    sum = 0;
    compensation = 0;
  }

  /** Number of values added and not removed. */
  public long count() {
    return count;
  }

  /** The compensated sum; 0 where there is nothing to sum. */
  public double sum() {
    return sum + compensation;
  }

  /** The sum before compensation, to be persisted. */
  public double rawSum() {
    return sum;
  }

  public double compensation() {
    return compensation;
  }

  private void accumulate(double value) {
    double next = sum + value;
    compensation += roundingError(sum, value, next);
    sum = next;
  }

  /**
   * What was lost in an addition (Knuth's TwoSum: which summand is the larger is not asked, for the
   * processor would guess it wrong).
   *
   * @param next the floating-point sum of the other two
   */
  public static double roundingError(double sum, double value, double next) {
    double added = next - sum;
    return (sum - (next - added)) + (value - added);
  }

  private static void requireFinite(double value) {
    if (!(Math.abs(value) <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(value + " cannot be summed");
    }
  }
}
