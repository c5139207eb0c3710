package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.HistogramStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketHistogramTest {

  @Test
  void valueOnABoundIsBelowIt() {
    BucketHistogram histogram = new BucketHistogram(1, 1, 10, 100);
    for (long value : new long[] {0, 1, 2, 10, 11, 100, 101, Long.MAX_VALUE / 2}) {
      histogram.update(value);
    }

    assertThat(histogram.snapshot()).containsExactly(2, 2, 2, 2);
    assertThat(histogram.getCount()).isEqualTo(8);
  }

  @Test
  void nanosecondsAreExportedAsSeconds() {
    BucketHistogram histogram = BucketHistogram.ofLatency();
    assertThat(histogram.upperBounds()).startsWith(0.0005).endsWith(10).isSorted();

    histogram.update(TimeUnit.MICROSECONDS.toNanos(500));
    histogram.update(TimeUnit.SECONDS.toNanos(11));

    assertThat(histogram.snapshot()[0]).isEqualTo(1);
    assertThat(histogram.snapshot()[histogram.upperBounds().length]).isEqualTo(1);
    assertThat(histogram.sum()).isCloseTo(11.0005, within(1e-9));
  }

  @Test
  void boundsOfCountsDouble() {
    assertThat(BucketHistogram.ofCount(1024).upperBounds())
        .containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);
  }

  @Test
  void clockThatWasSetBackCountsAsZero() {
    BucketHistogram histogram = BucketHistogram.ofLatency();
    histogram.update(-1);

    assertThat(histogram.snapshot()[0]).isEqualTo(1);
    assertThat(histogram.sum()).isZero();
  }

  @Test
  void sumOfLatenciesOfYearsDoesNotOverflow() {
    BucketHistogram histogram = BucketHistogram.ofLatency();
    for (int i = 0; i < 1_000; i++) {
      histogram.update(TimeUnit.DAYS.toNanos(3_650));
    }

    assertThat(histogram.sum()).isCloseTo(1_000 * 3_650 * 86_400.0, within(1.0));
    assertThat(histogram.getStatistics().getQuantile(0.5)).as("the last bound").isEqualTo(10);
  }

  /** Looked up in many cells, in few and in one, compared, and from zero on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 7 4000",
        "1 7 10000",
        "1 2 4 8 16 32 64 128 256 512 1024",
        "2 4 6 100",
        "20 30 50",
        "0 5 10",
        "0",
        "1000000 3000000"
      })
  void everyValueIsInTheBucketOfTheFirstBoundThatIsNotBelowIt(String spelled) {
    double[] bounds = Arrays.stream(spelled.split(" ")).mapToDouble(Double::parseDouble).toArray();
    long highest = (long) bounds[bounds.length - 1];
    BucketHistogram histogram = new BucketHistogram(1, bounds);
    long[] expected = new long[bounds.length + 1];
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 10_000; i++) {
      double near = bounds[random.nextInt(bounds.length)];
      long value = i % 2 == 0 ? random.nextLong(highest + 2) : (long) near + random.nextInt(-1, 2);
      histogram.update(value);
      long counted = Math.max(0, value);
      expected[(int) Arrays.stream(bounds).filter(bound -> bound < counted).count()]++;
    }

    assertThat(histogram.snapshot()).containsExactly(expected);
  }

  @Test
  void boundsMustAscend() {
    assertThatThrownBy(() -> new BucketHistogram(1, 1, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ascend");
    assertThatThrownBy(() -> new BucketHistogram(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void statisticsOfNothingAreZero() {
    HistogramStatistics statistics = BucketHistogram.ofLatency().getStatistics();

    assertThat(statistics.getQuantile(0.99)).isZero();
    assertThat(statistics.getMean()).isZero();
    assertThat(statistics.getStdDev()).isZero();
    assertThat(statistics.getMin()).isZero();
    assertThat(statistics.getMax()).isZero();
    assertThat(statistics.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void quantileLiesInTheBucketOfTheTrueOne(long seed) {
    double[] bounds = {10, 20, 50, 100, 200, 500, 1_000};
    BucketHistogram histogram = new BucketHistogram(1, bounds);
    SplittableRandom random = new SplittableRandom(seed);
    long[] values = random.longs(10_000, 0, 900).toArray();
    Arrays.stream(values).forEach(histogram::update);
    Arrays.sort(values);

    HistogramStatistics statistics = histogram.getStatistics();
    for (double quantile : new double[] {0.001, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = values[Math.max(0, (int) Math.ceil(quantile * values.length) - 1)];
      int bucket = 0;
      while (exact > bounds[bucket]) {
        bucket++;
      }
      assertThat(statistics.getQuantile(quantile))
          .as("quantile %s, seed %d", quantile, seed)
          .isBetween(bucket == 0 ? 0 : bounds[bucket - 1], bounds[bucket]);
    }
    assertThat(statistics.getMean())
        .isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1e-9));
    assertThat(statistics.getMin()).isLessThanOrEqualTo(values[0]);
    assertThat(statistics.getMax()).isGreaterThanOrEqualTo(values[values.length - 1]);
  }

  @Test
  void readersSeeNoValueTwiceAndInTheEndAll() throws InterruptedException {
    BucketHistogram histogram = new BucketHistogram(1, 1, 2, 4);
    int updates = 2_000_000;
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < updates; i++) {
                histogram.update(i & 7);
              }
            });
    writer.start();
    long last = 0;
    while (writer.isAlive()) {
      long count = histogram.getCount();
      assertThat(count).isBetween(last, (long) updates);
      last = count;
    }
    writer.join();

    assertThat(histogram.getCount()).isEqualTo(updates);
    assertThat(histogram.sum()).isEqualTo(updates * 3.5);
  }
}
