package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.TensorType;
import io.tidemark.jobs.event.RecordedMetrics;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.BucketHistogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MicroBatcherTest {
  private static final LongSupplier FROZEN = () -> 0;
  private static final Duration NEVER = Duration.ofDays(1);

  private static final long NOW_MILLIS = 1_000_000;

  private final RecordedMetrics recorded = new RecordedMetrics();
  private final FakeEngine engine = new FakeEngine();
  private final Mailbox mailbox = new Mailbox();
  private final List<Mailbox.Pending> asked = new ArrayList<>();
  private ScoringMetrics metrics;
  private MicroBatcher batcher;

  @AfterEach
  void close() throws InterruptedException {
    engine.release();
    batcher.close();
    assertThat(engine.closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void fullBatchLeavesAtOnceAndNoOtherDoes() throws InterruptedException {
    start(contract(4, Duration.ofMillis(1), NEVER), FROZEN);

    ask(0, 11);

    awaitAnswers(0, 8);
    assertThat(engine.batchSizes).containsExactly(4, 4);
    assertThat(scores(0, 8)).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
    assertThat(asked.subList(8, 11)).noneMatch(Mailbox.Pending::isAnswered);
    assertThat(metrics.scoredCount()).isEqualTo(8);
  }

  @Test
  void batchOfOneRowIsFullAtOnce() throws InterruptedException {
    start(contract(1, NEVER, NEVER), FROZEN);

    ask(0, 3);

    awaitAnswers(0, 3);
    assertThat(engine.batchSizes).containsExactly(1, 1, 1);
  }

  @Test
  void partialBatchLeavesAfterMaxDelay() throws InterruptedException {
    start(contract(100, Duration.ofMillis(1), NEVER), System::nanoTime);

    ask(0, 3);

    awaitAnswers(0, 3);
    assertThat(scores(0, 3)).containsExactly(0.0, 1.0, 2.0);
  }

  @Test
  void hangingEngineIsAnsweredByTheFallbackAtTheDeadlineAndGoesOnLater()
      throws InterruptedException {
    start(contract(2, Duration.ofMillis(1), Duration.ofMillis(500)), System::nanoTime);
    engine.hang();

    ask(0, 7); // one batch in the engine, two waiting for it, one open
    engine.hanging.acquire();
    awaitAnswers(0, 7);

    assertThat(asked).extracting(a -> a.score.outcome()).containsOnly(Outcome.TIMEOUT);
    assertThat(asked).extracting(a -> a.score.value()).containsOnly(TestModels.FALLBACK);
    assertThat(metrics.timedOut.getCount()).isEqualTo(7);

    engine.release();
    awaitScored(7);
    int last = asked.size();
    ask(7, 9);
    awaitAnswers(last, last + 2);

    assertThat(scores(last, last + 2)).containsExactly(7.0, 8.0);
    assertThat(engine.batchSizes.stream().skip(1).mapToInt(Integer::intValue).sum())
        .as("rows scored later: what was answered is not scored any more")
        .isEqualTo((int) metrics.scoredCount());
  }

  @Test
  void batchIsNotReusedWhileTheEngineHasIt() throws InterruptedException {
    start(contract(2, NEVER, Duration.ofMillis(5)), System::nanoTime);
    engine.hang();
    ask(100, 102);
    engine.hanging.acquire();
    awaitAnswers(0, 2);

    for (int i = 0; i < 20; i += 2) {
      ask(i, i + 2);
      awaitAnswers(2 + i, 4 + i);
    }
    engine.release();
    batcher.close();

    assertThat(engine.rowsChanged()).isFalse();
    assertThat(scores(0, 2)).containsOnly(TestModels.FALLBACK);
  }

  @Test
  void withoutDeadlineALateScoreIsStillTheModels() throws InterruptedException {
    start(contract(2, NEVER, Duration.ofNanos(1)), System::nanoTime, false);
    engine.hang();
    ask(0, 2);
    engine.hanging.acquire();

    engine.release();
    awaitAnswers(0, 2);

    assertThat(asked).extracting(a -> a.score.outcome()).containsOnly(Outcome.SCORED);
  }

  @ParameterizedTest
  @ValueSource(classes = {IllegalStateException.class, UnsatisfiedLinkError.class})
  void failureOfTheEngineIsAnsweredByTheFallbackAndOnlyForItsBatch(Class<Throwable> failure)
      throws Exception {
    start(contract(2, NEVER, NEVER), FROZEN);
    engine.failWith(failure.getConstructor(String.class).newInstance("injected"));
    ask(0, 2);
    awaitAnswers(0, 2);
    engine.failWith(null);
    ask(2, 4);
    awaitAnswers(2, 4);

    assertThat(outcomes())
        .containsExactly(
            Outcome.INFERENCE_ERROR, Outcome.INFERENCE_ERROR, Outcome.SCORED, Outcome.SCORED);
    assertThat(scores(0, 2)).containsOnly(TestModels.FALLBACK);
    assertThat(metrics.failed.getCount()).isEqualTo(2);
    assertThat(metrics.scoredCount()).isEqualTo(2);
  }

  @Test
  void rowThatMakesItsBatchFailIsAloneAnsweredByTheFallback() throws InterruptedException {
    start(contract(8, NEVER, NEVER), System::nanoTime);
    engine.failOn(5);

    ask(0, 8);
    awaitAnswers(0, 8);

    assertThat(scores(0, 8))
        .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, TestModels.FALLBACK, 6.0, 7.0);
    assertThat(metrics.failed.getCount()).isEqualTo(1);
    assertThat(engine.batchSizes).containsExactly(8, 4, 4, 2, 1, 1, 2);
    assertThat(metrics.split.getCount()).isEqualTo(3);
  }

  @Test
  void failureThatPassesIsTriedAgain() throws InterruptedException {
    start(contract(2, NEVER, NEVER), System::nanoTime);
    engine.failForAMoment(3);

    ask(0, 2);
    awaitAnswers(0, 2);

    assertThat(scores(0, 2)).containsExactly(0.0, 1.0);
    assertThat(metrics.retried.getCount()).isEqualTo(3);
    assertThat(engine.batchSizes).containsExactly(2, 2, 2, 2);
  }

  @Test
  void failureThatLastsIsNotTriedBeyondTheDeadline() throws InterruptedException {
    start(contract(2, NEVER, Duration.ofMillis(50)), System::nanoTime);
    engine.failForAMoment(Integer.MAX_VALUE);

    ask(0, 2);
    awaitAnswers(0, 2);

    assertThat(outcomes()).doesNotContain(Outcome.SCORED);
    assertThat(scores(0, 2)).containsOnly(TestModels.FALLBACK);
  }

  @Test
  void rowsThatComeWhileTheEngineHangsAreAnsweredAtOnce() throws InterruptedException {
    start(contract(2, NEVER, Duration.ofMillis(20)), System::nanoTime);
    engine.hang();
    ask(0, 2);
    engine.hanging.acquire();
    awaitAnswers(0, 2);

    ask(2, 1_000);

    assertThat(asked).allMatch(Mailbox.Pending::isAnswered);
    assertThat(outcomes()).containsOnly(Outcome.TIMEOUT);
    engine.release();
    awaitScored(0);
  }

  @Test
  void severalEnginesRunBatchesAtOnce() throws InterruptedException {
    FakeEngine other = new FakeEngine();
    start(contract(2, NEVER, NEVER), FROZEN, true, engine, other);
    engine.hang();
    other.hang();

    ask(0, 4);
    engine.hanging.acquire();
    other.hanging.acquire();
    engine.release();
    other.release();
    awaitAnswers(0, 4);

    assertThat(scores(0, 4)).containsExactly(0.0, 1.0, 2.0, 3.0);
    batcher.close();
    assertThat(other.closed.getCount()).isZero();
  }

  @Test
  void rowWithoutFiniteScoreIsAloneAnsweredByTheFallback() throws InterruptedException {
    start(contract(3, NEVER, NEVER), FROZEN);

    ask(1);
    ask(Double.NaN);
    ask(Double.POSITIVE_INFINITY);
    awaitAnswers(0, 3);

    assertThat(outcomes())
        .containsExactly(Outcome.SCORED, Outcome.INFERENCE_ERROR, Outcome.INFERENCE_ERROR);
    assertThat(scores(0, 3)).containsExactly(1.0, TestModels.FALLBACK, TestModels.FALLBACK);
    assertThat(metrics.nonFinite.getCount()).isEqualTo(2);
  }

  @Test
  void valueThatItsTensorCannotHoldIsAnsweredByTheFallbackAtOnce() throws InterruptedException {
    ModelContract counts =
        TestModels.contract(
            "counts",
            "0".repeat(64),
            List.of(
                TestModels.input("amount", TensorType.FLOAT32, 1),
                TestModels.input("count", TensorType.INT64, 1)),
            new ScoreOutput("score", 0),
            TestModels.batch(2),
            MissingPolicy.DEFAULT);
    start(counts, System::nanoTime);

    askVector(7, 0.5); // into a new batch
    assertThat(asked.get(0).isAnswered()).isTrue();
    askVector(1, 1);
    askVector(8, Double.NaN); // into one that has begun
    awaitAnswers(0, 3);
    askVector(9, 1e300); // into one that is used again
    askVector(2, 2);
    awaitAnswers(0, 5);

    double fallback = TestModels.FALLBACK;
    assertThat(scores(0, 5)).containsExactly(fallback, 1.0, fallback, fallback, 2.0);
    assertThat(metrics.unfit.getCount()).isEqualTo(3);
    assertThat(histogram("tidemark_event_to_score_seconds").getCount()).isEqualTo(5);
    assertThat(metrics.scoredCount()).isEqualTo(2);
  }

  @Test
  void closingScoresWhatWasTaken() throws InterruptedException {
    start(contract(4, NEVER, NEVER), FROZEN);
    engine.hang();
    ask(0, 10);
    engine.hanging.acquire();
    engine.release();

    batcher.close();

    awaitAnswers(0, 10);
    assertThat(engine.batchSizes).containsExactly(4, 4, 2);
    assertThat(engine.closed.getCount()).isZero();
  }

  @Test
  void closingLeavesAHangingEngineOpenUntilItIsBack() throws InterruptedException {
    start(contract(2, NEVER, NEVER), FROZEN);
    engine.hang();
    ask(0, 2);
    engine.hanging.acquire();

    batcher.close();

    assertThat(engine.closed.getCount()).as("closed under a running call").isEqualTo(1);
    engine.release();
    assertThat(engine.closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void everyAnswerAndEveryBatchIsMeasuredOnceWhoeverGivesIt() throws InterruptedException {
    start(contract(2, Duration.ofMillis(1), Duration.ofMillis(500)), System::nanoTime);
    engine.hang();
    ask(0, 6);
    engine.hanging.acquire();
    awaitAnswers(0, 6); // by the deadline
    engine.release();
    awaitScored(6); // by the engine

    assertThat(histogram("tidemark_event_to_score_seconds").getCount()).isEqualTo(asked.size());
    assertThat(histogram("tidemark_inference_seconds").getCount()).isPositive();
    BucketHistogram rows = histogram("tidemark_batch_rows");
    assertThat(rows.sum()).isEqualTo((double) metrics.scoredCount());
    assertThat(histogram("tidemark_queue_wait_seconds").getCount())
        .as("batches answered by the engine, and at least three that were not")
        .isGreaterThanOrEqualTo(rows.getCount() + 3);
    assertThat(histogram("tidemark_queue_wait_seconds").sum())
        .as("seconds: of the batches not taken each waited to its deadline")
        .isGreaterThanOrEqualTo(2 * 0.5);
  }

  private BucketHistogram histogram(String name) {
    return recorded.all().entrySet().stream()
        .filter(metric -> metric.getKey().startsWith(name + "{"))
        .map(metric -> (BucketHistogram) metric.getValue())
        .findAny()
        .orElseThrow();
  }

  /** The open batch is sealed at any moment by three threads; nothing may be lost or mixed up. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyRowGetsItsOwnScoreHoweverBatchesLeave(long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    Duration timeout = seed % 2 == 0 ? NEVER : Duration.ofNanos(random.nextLong(100_000, 500_000));
    int maxRows = random.nextInt(1, 20);
    int rows = 50_000;
    start(
        contract(maxRows, Duration.ofNanos(random.nextLong(0, 20_000)), timeout), System::nanoTime);

    for (int i = 0; i < rows; i++) {
      ask(i);
      if (random.nextInt(8) == 0) {
        LockSupport.parkNanos(random.nextInt(1_000));
      }
      int bound = i - 3 * maxRows;
      if (bound >= 0) {
        mailbox.runUntil(() -> asked.get(bound).isAnswered());
      }
    }
    awaitAnswers(0, rows);

    for (int i = 0; i < rows; i++) {
      Score score = asked.get(i).score;
      assertThat(score.vector().trigger().timeMillis()).as("seed %d", seed).isEqualTo(i);
      assertThat(score.value())
          .as("seed %d, row %d", seed, i)
          .isEqualTo(score.outcome() == Outcome.SCORED ? i : TestModels.FALLBACK);
    }
    assertThat(metrics.scoredCount() + metrics.timedOut.getCount())
        .as("seed %d", seed)
        .isEqualTo(rows);
    if (timeout.equals(NEVER)) {
      assertThat(metrics.timedOut.getCount()).as("seed %d", seed).isZero();
    }
  }

  private static ModelContract contract(int maxRows, Duration maxDelay, Duration timeout) {
    return TestModels.withTimeout(
        TestModels.mlp(new ModelContract.Batch(maxRows, maxDelay)), timeout);
  }

  private void start(ModelContract contract, LongSupplier nanoClock) {
    start(contract, nanoClock, true);
  }

  private void start(ModelContract contract, LongSupplier nanoClock, boolean deadlineEnabled) {
    start(contract, nanoClock, deadlineEnabled, engine);
  }

  private void start(
      ModelContract contract,
      LongSupplier nanoClock,
      boolean deadlineEnabled,
      FakeEngine... engines) {
    metrics = new ScoringMetrics(recorded, contract, engine.provider(), () -> NOW_MILLIS);
    Answers answers = new Answers(contract, constant(contract), metrics);
    List<Supplier<BatchScoring>> sources = new ArrayList<>();
    for (FakeEngine each : engines) {
      BatchInference inference = new BatchInference(contract, each, metrics, nanoClock);
      sources.add(() -> BatchScoring.own(inference, answers, BatchPacing.fixed(contract.batch())));
    }
    batcher =
        new MicroBatcher(
            contract,
            TestModels.layout(contract),
            answers,
            sources,
            nanoClock,
            deadlineEnabled,
            "batcher test");
  }

  private static FallbackScorer constant(ModelContract contract) {
    try {
      return FallbackScorer.open(
          new ServedModel(contract, new byte[0]), VectorColumns.of(contract), TestModels::layout);
    } catch (InvalidModelException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks for rows whose first feature, and so whose score, is their number. */
  private void ask(int from, int to) {
    for (int i = from; i < to; i++) {
      ask(i);
    }
  }

  private void ask(double feature) {
    double[] features = new double[TestModels.COLUMNS];
    features[0] = feature;
    askVector(features);
  }

  private void askVector(double... features) {
    Mailbox.Pending pending = mailbox.new Pending();
    asked.add(pending);
    batcher.add(TestVectors.ingested(NOW_MILLIS - 1, (long) features[0], features), pending);
  }

  /** Asks for two rows at a time until the engine is back and scores them. */
  private void awaitScored(int row) throws InterruptedException {
    long before = metrics.scoredCount();
    while (metrics.scoredCount() == before) {
      int next = asked.size();
      ask(row, row + 2);
      awaitAnswers(next, next + 2);
    }
  }

  private void awaitAnswers(int from, int to) throws InterruptedException {
    mailbox.runUntil(() -> asked.subList(from, to).stream().allMatch(Mailbox.Pending::isAnswered));
  }

  private List<Double> scores(int from, int to) {
    return asked.subList(from, to).stream().map(a -> a.score.value()).toList();
  }

  private List<Outcome> outcomes() {
    return asked.stream().map(a -> a.score.outcome()).toList();
  }
}
