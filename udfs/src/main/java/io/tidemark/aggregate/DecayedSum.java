package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Sum in which a value counts half after each half-life: Σ v·2^−(asOf − t)/h; or the rate it stands
 * for, that sum times ln 2 / h, per second (a steady flow of r per second settles at r).
 *
 * <p><b>How it works.</b> Forward decay: a value enters with the weight 2^(t/h), counted from the
 * epoch, and one division by 2^(asOf/h) answers; nothing is decayed step by step. Whole half-lives
 * are the exponent of a power of two and therefore exact, however far the epoch is; only the part
 * below one half-life is rounded. The sum is kept relative to the newest half-life, so nothing
 * overflows that would not overflow in the answer.
 *
 * <p>Laws: associative, commutative, invertible. Error: relative to the decayed magnitudes that
 * passed through, 6u with u = 2^-53; values older than 1,000 half-lives vanish. Memory: 32 bytes.
 * Cost: one power and a handful of additions.
 *
 * @see <a href="https://doi.org/10.1109/ICDE.2009.65">G. Cormode, V. Shkapenyuk, D. Srivastava, B.
 *     Xu, Forward Decay: A Practical Time Decay Model for Streaming Systems, ICDE 2009</a>
 */
public final class DecayedSum implements Mergeable, Invertible {
  /** Beyond this every double is 0 or infinite. */
  private static final long LARGEST_EXPONENT = 5000;

  private final long halfLifeMillis;
  private final double factor;
  private final RunningSum weighted = new RunningSum();
  private long exponent;

  private DecayedSum(long halfLifeMillis, double factor) {
    this.halfLifeMillis = halfLifeMillis;
    this.factor = factor;
  }

  public static DecayedSum sum(long halfLifeMillis) {
    return new DecayedSum(halfLifeMillis, 1);
  }

  /** Per second. */
  public static DecayedSum rate(long halfLifeMillis) {
    return new DecayedSum(halfLifeMillis, Math.log(2) * 1000 / halfLifeMillis);
  }

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      reach(halfLives(timeMillis));
      weighted.add(weigh(value, timeMillis));
    }
  }

  @Override
  public void remove(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      weighted.remove(weigh(value, timeMillis));
    }
  }

  /** The value's part of the sum as it is kept. */
  private double weigh(double value, long timeMillis) {
    double weight = StrictMath.pow(2, remainder(timeMillis) - 1);
    return scaled(value * weight, halfLives(timeMillis) - exponent);
  }

  /** Begun half-lives since the epoch. */
  private long halfLives(long timeMillis) {
    return Math.floorDiv(timeMillis, halfLifeMillis) + 1;
  }

  /** What is over whole half-lives, as a part of one: at least 0, below 1. */
  private double remainder(long timeMillis) {
    return Math.floorMod(timeMillis, halfLifeMillis) / (double) halfLifeMillis;
  }

  /** Makes the sum relative to a newer half-life. */
  private void reach(long halfLives) {
    if (weighted.count() == 0) {
      exponent = halfLives;
    } else if (halfLives > exponent) {
      weighted.scale((int) Math.max(exponent - halfLives, -LARGEST_EXPONENT));
      exponent = halfLives;
    }
  }

  private static double scaled(double value, long exponent) {
    return Math.scalb(
        value, (int) Math.max(-LARGEST_EXPONENT, Math.min(exponent, LARGEST_EXPONENT)));
  }

  @Override
  public double result(long asOfMillis) {
    double part = StrictMath.pow(2, 1 - remainder(asOfMillis));
    return factor * scaled(weighted.sum() * part, exponent - halfLives(asOfMillis));
  }

  @Override
  public void clear() {
    weighted.clear();
    exponent = 0;
  }

  @Override
  public void merge(Accumulator later) {
    DecayedSum that = (DecayedSum) later;
    if (that.weighted.count() == 0) {
      return;
    }
    reach(that.exponent);
    RunningSum aligned = new RunningSum();
    aligned.copyFrom(that.weighted);
    aligned.scale((int) Math.max(that.exponent - exponent, -LARGEST_EXPONENT));
    weighted.merge(aligned);
  }

  @Override
  public void copyFrom(Accumulator other) {
    DecayedSum that = (DecayedSum) other;
    weighted.copyFrom(that.weighted);
    exponent = that.exponent;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    out.writeLong(exponent);
    weighted.write(out);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    exponent = in.readLong();
    weighted.read(in);
  }
}
