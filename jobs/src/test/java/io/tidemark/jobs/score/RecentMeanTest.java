package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentMeanTest {
  private final RecentMean recent = new RecentMean();

  @Test
  void firstValuesAreAveragedEvenlyHoweverTheyAreBatched() {
    add(2);
    add(4, 6);
    add(8);

    assertThat(recent.mean()).isCloseTo(5, within(1e-12));
    assertThat(recent.deviation()).isCloseTo(Math.sqrt(5), within(1e-12));
  }

  @Test
  void firstBatchOfMoreThanAThousandValuesCountsForAllOfItself() {
    add(
        new SplittableRandom(5)
            .doubles(1_500, 10, 12)
            .map(value -> value < 11 ? 10 : 12)
            .toArray());
    double mean = recent.mean();
    double deviation = recent.deviation();

    assertThat(mean).isCloseTo(11, within(0.1));
    assertThat(deviation).isCloseTo(1, within(0.01));
  }

  /** The batches' own values, not their means, are what deviates. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 256, 1_024})
  void meanAndDeviationAreThoseOfTheValuesWhateverTheBatch(int rows) {
    SplittableRandom random = new SplittableRandom(rows);
    for (int batch = 0; batch * rows < 50_000; batch++) {
      add(random.doubles(rows, 10, 12).toArray());
    }

    assertThat(recent.mean()).isCloseTo(11, within(0.1));
    assertThat(recent.deviation()).isCloseTo(2 / Math.sqrt(12), within(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 1_000})
  void whatWasBeforeAThousandValuesCountsForLittleMoreThanAThird(int rows) {
    for (int i = 0; i < 10_000; i++) {
      add(1);
    }
    for (int value = 0; value < 1_000; value += rows) {
      add(new double[rows]);
    }

    assertThat(recent.mean()).isCloseTo(Math.exp(-1), within(0.001));
  }

  private void add(double... values) {
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      sum += value;
      squares += value * value;
    }
    recent.add(values.length, sum, squares);
  }
}
