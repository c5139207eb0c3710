package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.ModelContract;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchPacingTest {
  private static final long MILLI = 1_000_000;
  private static final ModelContract.Batch BATCH =
      new ModelContract.Batch(1_024, Duration.ofMillis(2));

  /** A microsecond per row, ten per call. */
  private static final BatchCost COST = new BatchCost(1_000, 10_000);

  @Test
  void costIsTheLineThroughWhatWasMeasured() {
    int[] rows = {1, 2, 4, 8, 64, 1_024};
    long[] nanos = IntStream.of(rows).mapToLong(n -> 1_000L * n + 10_000).toArray();

    BatchCost cost = BatchCost.fit(rows, nanos);

    assertThat(cost.nanosPerRow()).isCloseTo(1_000, within(1e-6));
    assertThat(cost.nanosPerCall()).isCloseTo(10_000, within(1e-3));
  }

  @Test
  void engineThatTakesTheSameTimeForAnyBatchGetsTheLargest() {
    BatchCost cost = BatchCost.fit(new int[] {1, 2, 4}, new long[] {500, 500, 500});

    assertThat(cost.nanosPerRow()).isPositive();
    assertThat(adaptive(cost).rows()).isLessThanOrEqualTo(BATCH.maxRows()).isPositive();
  }

  @Test
  void batchIsTheSmallestWithNearlyThePeakRate() {
    int best = COST.bestRows(1_024);

    double peak = 1_024 / COST.nanos(1_024);
    assertThat(best / COST.nanos(best)).isGreaterThanOrEqualTo(0.98 * peak);
    assertThat((best - 1) / COST.nanos(best - 1)).isLessThan(0.98 * peak);
  }

  @Test
  void batchesOfAJobAreLargerAsTheirHandOverCostsToo() {
    assertThat(adaptive(COST).rows())
        .isEqualTo(COST.withHandOver().bestRows(1_024))
        .isGreaterThan(COST.bestRows(1_024));
  }

  @Test
  void batchIsNoLargerThanTheTimeOutAllows() {
    BatchCost slow = new BatchCost(MILLI, 10 * MILLI); // 1,024 rows would take a second

    BatchPacing pacing = BatchPacing.adaptive(BATCH, Duration.ofMillis(350), slow, 0);

    assertThat(slow.nanos(pacing.rows())).isLessThanOrEqualTo(350.0 * MILLI / 6);
  }

  @Test
  void nobodyWaitsWhereNoSecondRowIsExpected() {
    BatchPacing pacing = adaptive(COST);

    for (int i = 1; i <= 50; i++) {
      pacing.observe(1, i * 10L * MILLI, MILLI); // a row every 10 ms
    }

    assertThat(pacing.delayNanos()).isZero();
  }

  @Test
  void batchWaitsUntilItIsWorthItsCallButNoLongerThanTheContractAllows() {
    BatchPacing fast = adaptive(COST);
    BatchPacing slow = adaptive(COST);

    for (int i = 1; i <= 50; i++) {
      fast.observe(500, i * 5L * MILLI, MILLI); // 100 rows per ms
      slow.observe(10, i * 5L * MILLI, MILLI); // 2 rows per ms
    }

    assertThat(fast.delayNanos()).isCloseTo(40 * MILLI / 100, within(MILLI / 100));
    assertThat(slow.delayNanos()).isEqualTo(2 * MILLI);
  }

  @Test
  void missedObjectiveShrinksBatchAndDelayAndTheyGrowBack() {
    BatchPacing pacing = BatchPacing.adaptive(BATCH, Duration.ofMillis(100), COST, 0);
    int best = pacing.rows();

    for (int i = 1; i <= 10; i++) {
      pacing.observe(10, i * 5L * MILLI, 60 * MILLI);
    }
    assertThat(pacing.rows()).isEqualTo((int) (best * Math.pow(0.9, 10)));
    assertThat(pacing.delayNanos()).isLessThan(MILLI);

    for (int i = 11; i <= 150; i++) {
      pacing.observe(10, i * 5L * MILLI, MILLI);
    }
    assertThat(pacing.rows()).isEqualTo(best);
    assertThat(pacing.delayNanos()).isEqualTo(2 * MILLI);
  }

  @Test
  void fixedPaceIsTheContracts() {
    BatchPacing pacing = BatchPacing.fixed(BATCH);

    pacing.observe(1, 10 * MILLI, 10_000 * MILLI);

    assertThat(pacing.rows()).isEqualTo(1_024);
    assertThat(pacing.delayNanos()).isEqualTo(2 * MILLI);
  }

  private static BatchPacing adaptive(BatchCost cost) {
    return BatchPacing.adaptive(BATCH, Duration.ofMinutes(1), cost, 0);
  }
}
