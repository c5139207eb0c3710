package io.tidemark.cli.simulator;

import java.util.SplittableRandom;

/**
 * Random draws that are the same on every JVM and processor.
 *
 * <p>Only {@link SplittableRandom#nextLong()} and {@code split()} of the platform are used: what
 * the other methods of a {@code RandomGenerator} make of the bits has changed between Java versions
 * and may again. Logarithms come from {@link StrictMath} for the same reason.
 */
final class Draws {
  private final SplittableRandom bits;
  private double spareGaussian = Double.NaN;

  Draws(SplittableRandom bits) {
    this.bits = bits;
  }

  /** Uniform in [0, 1), 53 bits. */
  double uniform() {
    return (bits.nextLong() >>> 11) * 0x1.0p-53;
  }

  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** Uniform in 0 … bound - 1; the bias is below 2^-32 times the bound. */
  int below(int bound) {
    return (int) (((bits.nextLong() >>> 32) * bound) >>> 32);
  }

  /** Standard normal, by Marsaglia's polar method: two at a time, the second one is kept. */
  double gaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    while (true) {
      double u = uniform(-1, 1);
      double v = uniform(-1, 1);
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        double scale = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        spareGaussian = v * scale;
        return u * scale;
      }
    }
  }

  /**
   * Poisson, by Knuth's product of uniforms; one more uniform than the result. For small means.
   *
   * @param chanceOfNone e to the power of minus the mean
   */
  int poisson(double chanceOfNone) {
    int count = 0;
    for (double product = uniform(); product > chanceOfNone; product *= uniform()) {
      count++;
    }
    return count;
  }
}
