package io.tidemark.jobs.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distances from counted cells against the exact ones of all values. */
class ReferenceDistributionTest {
  private static final double ROUNDING = 1e-12;
  private static final int SEEDS = 400;

  /** Shapes of data that each find another weakness. */
  private enum Shape {
    NORMAL,
    SHIFTED,
    FEW_INTEGERS,
    MANY_INTEGERS,
    CONSTANT,
    ONE_GAP,
    HEAVY_TAIL,
    MOSTLY_ZERO;

    double[] draw(SplittableRandom random) {
      int rows = 1 + random.nextInt(random.nextBoolean() ? 20 : 3_000);
      double center = random.nextGaussian();
      return IntStream.range(0, rows)
          .mapToDouble(
              i ->
                  switch (this) {
                    case NORMAL -> random.nextGaussian();
                    case SHIFTED -> 0.3 + 1.1 * random.nextGaussian();
                    case FEW_INTEGERS -> random.nextInt(6);
                    case MANY_INTEGERS -> random.nextInt(700) - 350;
                    case CONSTANT -> center;
                    case ONE_GAP -> center + 1e-9 * random.nextDouble();
                    case HEAVY_TAIL -> Math.exp(6 * random.nextGaussian());
                    case MOSTLY_ZERO -> random.nextInt(10) > 0 ? -0.0 : random.nextDouble();
                  })
          .map(value -> strange(value, random))
          .toArray();
    }

    private static double strange(double value, SplittableRandom random) {
      return switch (random.nextInt(60)) {
        case 0 -> Double.NaN;
        case 1 -> Double.POSITIVE_INFINITY;
        case 2 -> Double.NEGATIVE_INFINITY;
        default -> value;
      };
    }
  }

  @Test
  void distancesAreExactOrWithinTheirBound() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Shape[] shapes = Shape.values();
      double[] was = shapes[random.nextInt(shapes.length)].draw(random);
      double[] now = shapes[random.nextInt(shapes.length)].draw(random);
      double[] baseline = TestBaselines.finite(was);
      double[] current = TestBaselines.finite(now);
      if (baseline.length == 0 || current.length == 0) {
        continue;
      }
      ReferenceDistribution reference = TestBaselines.of(was);

      DriftDistance distance = reference.distance(TestBaselines.counts(reference, now), 0);

      double exact = exactKs(baseline, current);
      assertThat(distance.rows()).as("seed %d", seed).isEqualTo(current.length);
      assertThat(exact)
          .as("seed %d", seed)
          .isBetween(distance.ks() - ROUNDING, distance.ks() + distance.ksError() + ROUNDING);
      assertThat(distance.ksError()).as("seed %d", seed).isBetween(0.0, 1 / 256.0 + ROUNDING);
      if (Arrays.stream(baseline).distinct().count() <= 257) {
        assertThat(distance.ksError()).as("seed %d: all values kept", seed).isZero();
      }
      assertThat(distance.psi())
          .as("seed %d", seed)
          .isCloseTo(exactPsi(baseline, current), within(1e-9));
    }
  }

  @Test
  void samplesLieAsFarApartAsABaselineAndItsDrift() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Shape[] shapes = Shape.values();
      double[] was = TestBaselines.finite(shapes[random.nextInt(shapes.length)].draw(random));
      double[] now = TestBaselines.finite(shapes[random.nextInt(shapes.length)].draw(random));
      if (was.length == 0 || now.length == 0) {
        assertThatThrownBy(() -> SampleDistance.between(was, now))
            .as("seed %d", seed)
            .isInstanceOf(IllegalArgumentException.class);
        continue;
      }
      ReferenceDistribution reference = TestBaselines.of(was);
      DriftDistance drift = reference.distance(TestBaselines.counts(reference, now), 0);

      SampleDistance samples = SampleDistance.between(was, now);

      assertThat(samples.ks()).as("seed %d", seed).isEqualTo(drift.ks());
      assertThat(samples.psi()).as("seed %d", seed).isCloseTo(drift.psi(), within(1e-9));
    }
  }

  /** The bound is worth something only if it is reached. */
  @Test
  void errorIsReachedWhereAllValuesLieBetweenTwoOfTheGrid() throws Exception {
    double[] was = IntStream.range(0, 256 * 100).mapToDouble(i -> i).toArray();
    double[] now = {50 * 100 + 50.5};
    ReferenceDistribution reference = TestBaselines.of(was);

    DriftDistance distance = reference.distance(TestBaselines.counts(reference, now), 0);

    double exact = exactKs(was, now);
    assertThat(distance.ks()).isLessThan(exact);
    assertThat(distance.ks() + distance.ksError()).isGreaterThanOrEqualTo(exact);
    assertThat(distance.ksError()).isGreaterThan(0.9 / 256);
  }

  @Test
  void sameValuesHaveNoDistance() throws Exception {
    double[] values = new SplittableRandom(1).doubles(5_000).toArray();
    ReferenceDistribution reference = TestBaselines.of(values);

    DriftDistance distance = reference.distance(TestBaselines.counts(reference, values), 0);

    assertThat(distance.ks()).isZero();
    assertThat(distance.psi()).isZero();
  }

  @Test
  void nothingCountedIsNoDistanceAtAll() throws Exception {
    ReferenceDistribution reference = TestBaselines.of(new double[] {1, 2});

    DriftDistance distance = reference.distance(new long[reference.cells()], 0);

    assertThat(distance.rows()).isZero();
    assertThat(distance.ks()).isNaN();
    assertThat(distance.psi()).isNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 255, 256, 257})
  void everyValueHasItsCell(int points) throws Exception {
    double[] grid = IntStream.range(0, points).mapToDouble(i -> 10.0 * i).toArray();
    ReferenceDistribution reference = TestBaselines.of(grid);
    double[] all = IntStream.range(-5, 10 * points + 5).mapToDouble(i -> i).toArray();
    long[] below = new long[points];
    long[] at = new long[points];

    long[] counts = TestBaselines.counts(reference, all);

    for (int i = 0; i < points; i++) {
      for (double value : all) {
        below[i] += value < grid[i] ? 1 : 0;
        at[i] += value == grid[i] ? 1 : 0;
      }
      long less = 0;
      for (int cell = 0; cell < reference.cell(grid[i]); cell++) {
        less += counts[cell];
      }
      assertThat(less).isEqualTo(below[i]);
      assertThat(counts[reference.cell(grid[i])]).isEqualTo(at[i]);
    }
    assertThat(TestBaselines.sum(counts)).isEqualTo(all.length);
    assertThat(reference.cell(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(reference.cell(Double.POSITIVE_INFINITY)).isEqualTo(reference.cells() - 1);
  }

  static double exactKs(double[] baseline, double[] current) {
    double largest = 0;
    for (double[] points : new double[][] {baseline, current}) {
      for (double point : points) {
        double was = (double) TestBaselines.upTo(baseline, point) / baseline.length;
        double now = (double) TestBaselines.upTo(current, point) / current.length;
        largest = Math.max(largest, Math.abs(was - now));
      }
    }
    return largest;
  }

  /** Bin by bin, each value put into its bin by comparison. */
  private static double exactPsi(double[] baseline, double[] current) {
    double[] edges =
        IntStream.rangeClosed(1, 9)
            .mapToDouble(i -> quantile(baseline, i / 10.0))
            .distinct()
            .toArray();
    double psi = 0;
    for (int bin = 0; bin <= edges.length; bin++) {
      double from = bin == 0 ? Double.NEGATIVE_INFINITY : edges[bin - 1];
      double to = bin == edges.length ? Double.POSITIVE_INFINITY : edges[bin];
      double was = Math.max(share(baseline, from, to), 1e-4);
      double now = Math.max(share(current, from, to), 1e-4);
      psi += (now - was) * Math.log(now / was);
    }
    return psi;
  }

  private static double quantile(double[] ascending, double share) {
    double position = share * (ascending.length - 1);
    int index = (int) position;
    double low = ascending[index];
    double high = ascending[Math.min(index + 1, ascending.length - 1)];
    double part = position - index;
    return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
  }

  private static double share(double[] values, double from, double to) {
    return (double) Arrays.stream(values).filter(value -> value > from && value <= to).count()
        / values.length;
  }
}
