package io.tidemark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Values chosen to break floating-point arithmetic, and very many of them. */
class AdversarialValuesTest {
  private static final double UNIT = 0x1p-53;

  @Test
  void sumOfTenMillionValuesOfAlternatingSignKeepsItsBound() {
    Random random = new Random(1);
    Sum sum = new Sum();
    BigDecimal exact = BigDecimal.ZERO;
    double magnitudes = 0;
    for (int i = 0; i < 10_000; i++) {
      // A thousand times the same pair: the exact sum stays cheap.
      double large = Math.scalb(1 + random.nextDouble(), random.nextInt(60));
      double small = -large + random.nextDouble();
      for (int j = 0; j < 500; j++) {
        sum.add(large, 0);
        sum.add(small, 0);
      }
      exact =
          exact.add(
              new BigDecimal(large).add(new BigDecimal(small)).multiply(BigDecimal.valueOf(500)));
      magnitudes += 500 * (Math.abs(large) + Math.abs(small));
    }

    assertThat(sum.result(0)).isCloseTo(exact.doubleValue(), within(2 * UNIT * magnitudes));
  }

  @Test
  void windowOverTenMillionValuesDoesNotDrift() {
    Random random = new Random(2);
    Sum sum = new Sum();
    Entropy entropy = new Entropy(64);
    DecayedSum decayed = DecayedSum.sum(1_000);
    double[] window = new double[128];
    double passed = 0;
    int size = 10_000_000;
    for (int i = 0; i < size; i++) {
      int slot = i % window.length;
      double value = random.nextInt(50) * 0.1;
      passed += value;
      sum.add(value, i);
      if (i >= window.length) {
        sum.remove(window[slot], i - window.length);
      }
      if (i >= size - 1_000_000) {
        entropy.add(value, i);
        decayed.add(value, i);
        if (i >= size - 1_000_000 + window.length) {
          entropy.remove(window[slot], i - window.length);
          decayed.remove(window[slot], i - window.length);
        }
      }
      window[slot] = value;
    }
    Sum sumAnew = new Sum();
    Entropy entropyAnew = new Entropy(64);
    DecayedSum decayedAnew = DecayedSum.sum(1_000);
    for (int i = size - window.length; i < size; i++) {
      sumAnew.add(window[i % window.length], i);
      entropyAnew.add(window[i % window.length], i);
      decayedAnew.add(window[i % window.length], i);
    }

    assertThat(sum.result(size)).isCloseTo(sumAnew.result(size), within(4 * UNIT * passed));
    assertThat(entropy.result(size)).isCloseTo(entropyAnew.result(size), within(1e-9));
    assertThat(decayed.result(size))
        .isCloseTo(decayedAnew.result(size), within(12 * UNIT * passed));
  }

  @Test
  void momentsOfNearlyEqualLargeValuesKeepTheirDigits() {
    Moments variance = Moments.variance();
    Moments skewness = Moments.skewness();
    Moments kurtosis = Moments.kurtosis();
    for (int i = 0; i < 1_000_000; i++) {
      // 4, 7, 13, 16 around a billion: the textbook formula gives a negative variance.
      double value = 1e9 + new double[] {4, 7, 13, 16}[i % 4];
      variance.add(value, 0);
      skewness.add(value, 0);
      kurtosis.add(value, 0);
    }

    assertThat(variance.result(0)).isCloseTo(22.5 * 1e6 / (1e6 - 1), within(1e-6));
    assertThat(skewness.result(0)).isCloseTo(0, within(1e-6));
    assertThat(kurtosis.result(0)).isCloseTo(688.5 / (22.5 * 22.5) - 3, within(1e-6));
  }

  @Test
  void equalValuesHaveNoSpread() {
    Moments variance = Moments.variance();
    Moments other = Moments.variance();
    Moments skewness = Moments.skewness();
    for (int i = 0; i < 1000; i++) {
      variance.add(0.1, 0);
      other.add(0.1, 0);
      skewness.add(0.1, 0);
    }
    variance.merge(other);

    assertThat(variance.result(0)).isZero();
    assertThat(skewness.result(0)).isNaN();
  }

  @Test
  void largestAndSmallestDoublesEnter() {
    Quantile quantile = new Quantile(1);
    Quantile lowest = new Quantile(0);
    Histogram histogram = new Histogram(-1e308, 0, 1e308);
    Extreme maximum = Extreme.maximum();
    Average average = new Average();
    for (double value :
        new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, -0.0, 0.0}) {
      quantile.add(value, 0);
      lowest.add(value, 0);
      histogram.add(value, 0);
      maximum.add(value, 0);
      average.add(value, 0);
    }

    assertThat(quantile.result(0) / Double.MAX_VALUE).isCloseTo(1, within(0.0101));
    assertThat(lowest.result(0) / -Double.MAX_VALUE).isCloseTo(1, within(0.0101));
    assertThat(Specs.answer(histogram, 0)).containsExactly(1, 2, 1, 1);
    assertThat(maximum.result(0)).isEqualTo(Double.MAX_VALUE);
    assertThat(average.result(0)).isZero();
  }

  @Test
  void sumBeyondTheRangeRecoversWhenEmptied() {
    Sum sum = new Sum();
    sum.add(1e308, 0);
    sum.add(1e308, 0);
    assertThat(Double.isFinite(sum.result(0))).isFalse();

    sum.remove(1e308, 0);
    sum.remove(1e308, 0);
    sum.add(1, 0);

    assertThat(sum.result(0)).isEqualTo(1);
  }

  @Test
  void decayedSumSpansCenturiesAndHugeValues() {
    DecayedSum sum = DecayedSum.sum(1);
    sum.add(Double.MAX_VALUE, -62_135_596_800_000L);
    assertThat(sum.result(-62_135_596_800_000L)).isEqualTo(Double.MAX_VALUE);
    assertThat(sum.result(-62_135_596_800_000L + 2)).isEqualTo(Double.MAX_VALUE / 4);

    sum.add(8, 4_102_444_800_000L);
    sum.add(Double.MAX_VALUE, 0);

    assertThat(sum.result(4_102_444_800_003L)).isEqualTo(1);
  }

  @Test
  void rateOfASteadyFlowIsItsRate() {
    DecayedSum rate = DecayedSum.rate(60_000);
    for (int second = 0; second < 3600; second++) {
      rate.add(5, second * 1000L);
    }

    assertThat(rate.result(3_599_500)).isCloseTo(5, within(0.001));
  }

  @Test
  void distinctStaysWithinItsErrorInWhateverPartsItCame() {
    for (int size : new int[] {1024, 1025, 10_000, 300_000}) {
      Distinct whole = new Distinct(1024);
      Distinct even = new Distinct(1024);
      Distinct odd = new Distinct(1024);
      for (int i = 0; i < size; i++) {
        double value = i * 0.37 - 1000;
        whole.add(value, 0);
        whole.add(value, 0);
        (i % 2 == 0 ? even : odd).add(value, 0);
      }
      odd.merge(even);

      double error = size <= 1024 ? 0 : 4 * Distinct.STANDARD_ERROR * size;
      assertThat(whole.result(0)).isCloseTo(size, within(error));
      assertThat(odd.result(0)).as("merged").isEqualTo(whole.result(0));
    }
  }

  @Test
  void entropyBeyondItsBoundLiesInTheDeclaredInterval() {
    Random random = new Random(3);
    Entropy exact = new Entropy(1 << 16);
    Entropy bounded = new Entropy(100);
    Set<Double> toldApart = new HashSet<>();
    int size = 20_000;
    int rest = 0;
    for (int i = 0; i < size; i++) {
      double value = Math.floor(Math.pow(random.nextDouble(), 4) * 1000);
      exact.add(value, 0);
      bounded.add(value, 0);
      if (!toldApart.contains(value) && !(toldApart.size() < 100 && toldApart.add(value))) {
        rest++;
      }
    }
    double share = rest / (double) size;
    double coin = -share * Math.log(share) - (1 - share) * Math.log(1 - share);

    assertThat(share).isBetween(0.01, 0.99);
    assertThat(exact.result(0) - bounded.result(0)).isBetween(-coin, share * Math.log(rest));
  }

  @Test
  void topValuesBeyondItsBoundAreTheFrequentOnes() {
    Random random = new Random(4);
    TopValues top = new TopValues(5);
    for (int i = 0; i < 200_000; i++) {
      // 1 to 5 with 10, 8, 6, 4 and 2 %, which is more than the error of 0.34 % apart.
      int draw = random.nextInt(100);
      double value =
          draw < 10 ? 1 : draw < 18 ? 2 : draw < 24 ? 3 : draw < 28 ? 4 : draw < 30 ? 5 : -i;
      top.add(value, 0);
    }

    assertThat(Specs.answer(top, 0)).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void rankQuantileStaysWithinItsRankError() {
    Random random = new Random(5);
    RankQuantile quantile = new RankQuantile(0.9);
    RankQuantile part = new RankQuantile(0.9);
    for (int i = 0; i < 100_000; i++) {
      (i % 3 == 0 ? part : quantile).add(random.nextDouble(), 0);
    }
    quantile.merge(part);

    // Values are their own ranks. Four times the error of 99 % confidence: never by chance.
    assertThat(quantile.result(0)).isCloseTo(0.9, within(4 * RankQuantile.RANK_ERROR));
  }

  @Test
  void textsHaveNumbersOfTheirOwn() {
    Distinct distinct = new Distinct(1 << 16);
    for (int i = 0; i < 50_000; i++) {
      double code = TextCode.of("terminal-" + i);
      assertThat(code).isBetween(0.0, 0x1p53 - 1).isEqualTo(Math.rint(code));
      distinct.add(code, 0);
    }

    assertThat(distinct.result(0)).isEqualTo(50_000);
    assertThat(TextCode.of("")).isZero();
  }

  @Test
  void ratioOfNothingIsNotDefined() {
    assertThat(Ratio.of(1, 4)).isEqualTo(0.25);
    assertThat(Ratio.of(1, 0)).isNaN();
    assertThat(Ratio.of(1, -0.0)).isNaN();
    assertThat(Ratio.of(Double.NaN, 2)).isNaN();
  }
}
