package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The function inside the operator that jobs run it in. */
@Timeout(120)
class OnnxScoringFunctionTest {
  private static final List<Expected> ROWS = TestModels.expectedOfTrees();
  private static final FakeEngine NOT_STARTED = new FakeEngine();

  /** Reached by the function's factory, which Flink serializes. */
  private static volatile FakeEngine engine = NOT_STARTED;

  @Test
  void everyRecordIsScoredInOrder() throws Exception {
    try (var harness = open(trees(MissingPolicy.DEFAULT, 16))) {
      for (int i = 0; i < ROWS.size(); i++) {
        harness.processElement(ROWS.get(i).vector(i), i);
      }
      harness.endInput();

      assertScored(harness, 0);
    }
  }

  @Test
  void recordInFlightIsScoredAgainAfterARestore() throws Exception {
    engine = new FakeEngine();
    engine.hang();
    ModelContract contract = TestModels.trees(TestModels.batch(16));
    OperatorSubtaskState snapshot;
    try (var harness = open(new OnnxScoringFunction(contract, false, () -> engine))) {
      for (int i = 0; i < 40; i++) {
        harness.processElement(ROWS.get(i).vector(i), i);
      }
      engine.hanging.acquire();
      snapshot = harness.snapshot(1, 1);
      assertThat(harness.getOutput()).isEmpty();
      engine.release();
    }

    try (var harness = harness(trees(MissingPolicy.DEFAULT, 16))) {
      harness.initializeState(snapshot);
      harness.open();
      for (int i = 40; i < ROWS.size(); i++) {
        harness.processElement(ROWS.get(i).vector(i), i);
      }
      harness.endInput();

      assertScored(harness, 0);
    }
  }

  /** Half of the records in flight are stamped with a second model. */
  @Test
  void recordInFlightIsScoredAgainByTheVersionItWasStampedWith() throws Exception {
    List<Expected> rows = TestModels.expectedOfMlp();
    ModelContract trees = TestModels.trees(TestModels.batch(16));
    ModelContract mlp = TestModels.mlp(TestModels.batch(16));
    ScoringModels models =
        ScoringModels.of(
            List.of(
                new ServedModel(trees, TestModels.bytes("trees")),
                new ServedModel(mlp, TestModels.bytes("mlp"))),
            VectorColumns.of(trees),
            null,
            ProviderChoice.CPU,
            true);
    ModelStamp stamp = new ModelStamp("mlp", "1.2.0", mlp.artifact().sha256(), "", "canary");
    OperatorSubtaskState snapshot;
    try (var harness = open(new OnnxScoringFunction(models))) {
      for (int i = 0; i < 40; i++) {
        FeatureVector vector = rows.get(i).vector(i);
        vector.stamp(i % 2 == 0 ? stamp : null);
        harness.processElement(vector, i);
      }
      snapshot = harness.snapshot(1, 1); // no mail has been worked off, so all are in flight
      assertThat(harness.getOutput()).isEmpty();
    }

    try (var harness = harness(new OnnxScoringFunction(models))) {
      harness.initializeState(snapshot);
      harness.open();
      harness.endInput();

      List<Score> scores = scores(harness);
      assertThat(scores).hasSize(40);
      for (int i = 0; i < 40; i++) {
        assertThat(scores.get(i).vector().stamp()).isEqualTo(i % 2 == 0 ? stamp : null);
        assertThat(scores.get(i).outcome()).isEqualTo(Outcome.SCORED);
        if (i % 2 == 0) {
          assertThat(scores.get(i).value()).isCloseTo(rows.get(i).score(), within(1e-6));
        }
      }
    }
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @Test
  void jobGoesOnWhileTheEngineHangs() throws Exception {
    engine = new FakeEngine();
    engine.hang();
    ModelContract contract =
        TestModels.withTimeout(TestModels.trees(TestModels.batch(4)), Duration.ofMillis(20));
    try (var harness = open(new OnnxScoringFunction(contract, true, () -> engine))) {
      for (int i = 0; i < 50; i++) { // far more than the operator holds
        harness.processElement(ROWS.get(i).vector(i), i);
      }
      harness.endInput();

      assertThat(scores(harness))
          .hasSize(50)
          .allSatisfy(
              score -> {
                assertThat(score.outcome()).isEqualTo(Outcome.TIMEOUT);
                assertThat(score.value()).isEqualTo(TestModels.FALLBACK);
              });
      engine.release();
    }
  }

  @Test
  void missingFeatureIsRejectedWhereTheContractSaysSo() throws Exception {
    try (var harness = open(trees(MissingPolicy.REJECT, 4))) {
      for (int i = 0; i < 3; i++) {
        FeatureVector vector = ROWS.get(i).vector(i);
        if (i == 1) {
          vector.set(5, 0, FeatureStatus.MISSING);
        }
        harness.processElement(vector, i);
      }
      harness.endInput();

      assertThat(scores(harness))
          .extracting(Score::outcome)
          .containsExactly(Outcome.SCORED, Outcome.REJECTED_MISSING, Outcome.SCORED);
      assertThat(scores(harness).get(1).value()).isNaN();
      assertThat(scores(harness).get(1).modelVersion()).isEqualTo("1.2.0");
    }
  }

  @Test
  void missingFeatureIsScoredAsItStandsByDefault() throws Exception {
    try (var harness = open(trees(MissingPolicy.DEFAULT, 4))) {
      FeatureVector vector = ROWS.get(0).vector(0);
      vector.set(5, ROWS.get(0).features()[5], FeatureStatus.MISSING);
      harness.processElement(vector, 0);
      harness.endInput();

      assertThat(scores(harness).get(0).value()).isCloseTo(ROWS.get(0).score(), within(1e-6));
    }
  }

  @Test
  void openingAndClosingLeavesNothing() throws Exception {
    openScoreClose();
    int threads = scoringThreads().size();
    long directBytes = directBytesInUse();
    for (int cycle = 0; cycle < 500; cycle++) {
      openScoreClose();
    }

    assertThat(threads).isZero();
    await(() -> scoringThreads().isEmpty());
    await(() -> directBytesInUse() <= directBytes);
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  private static void openScoreClose() throws Exception {
    try (var harness = open(trees(MissingPolicy.DEFAULT, 4))) {
      harness.processElement(ROWS.get(0).vector(0), 0);
      harness.processElement(ROWS.get(1).vector(1), 1);
    }
  }

  @Test
  void failedOpenLeavesNothing() throws Exception {
    byte[] model = TestModels.bytes("fourteen-columns");
    ModelContract contract =
        TestModels.contract(
            "fourteen-columns", TestModels.FIFTEEN, TestModels.MLP_SCORE, TestModels.batch(4));
    OnnxScoringFunction function =
        new OnnxScoringFunction(contract, model, ProviderChoice.CPU, true);

    try (var harness = harness(function)) {
      assertThatThrownBy(harness::open)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("found FLOAT[any, 14]");
    }

    assertThat(scoringThreads()).isEmpty();
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @Test
  void fileThatIsNotTheContractsIsRefusedBeforeTheJobIsSubmitted() {
    ModelContract contract = TestModels.trees(TestModels.batch(4));

    assertThatThrownBy(
            () ->
                new OnnxScoringFunction(
                    contract, TestModels.bytes("mlp"), ProviderChoice.CPU, true))
        .isInstanceOf(InvalidModelException.class);
  }

  @Test
  void capacityHoldsOneBatchInTheEngineOneWaitingAndOneFilling() {
    assertThat(OnnxScoringFunction.capacity(TestModels.trees(TestModels.batch(256))))
        .isEqualTo(768);
  }

  private static OnnxScoringFunction trees(MissingPolicy missing, int maxRows)
      throws InvalidModelException {
    byte[] model = TestModels.bytes("trees");
    ModelContract contract =
        TestModels.contract(
            "trees",
            TestModels.sha256(model),
            TestModels.FIFTEEN,
            TestModels.TREES_SCORE,
            TestModels.batch(maxRows),
            missing);
    return new OnnxScoringFunction(contract, model, ProviderChoice.CPU, true);
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> open(
      OnnxScoringFunction function) throws Exception {
    var harness = harness(function);
    harness.open();
    return harness;
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(
      OnnxScoringFunction function) throws Exception {
    var operator = AsynchronousScoring.of(function);
    var harness =
        new OneInputStreamOperatorTestHarness<>(
            operator,
            TypeInformation.of(FeatureVector.class).createSerializer(new SerializerConfigImpl()));
    harness.setup(TypeInformation.of(Score.class).createSerializer(new SerializerConfigImpl()));
    return harness;
  }

  private static void assertScored(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int from) {
    List<Score> scores = scores(harness);
    assertThat(scores).hasSize(ROWS.size() - from);
    for (int i = from; i < ROWS.size(); i++) {
      Score score = scores.get(i - from);
      assertThat(score.vector().trigger().timeMillis()).isEqualTo(i);
      assertThat(score.outcome()).isEqualTo(Outcome.SCORED);
      assertThat(score.value()).isCloseTo(ROWS.get(i).score(), within(1e-6));
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Score> scores(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
    List<Score> scores = new ArrayList<>();
    for (Object element : harness.getOutput()) {
      scores.add(((StreamRecord<Score>) element).getValue());
    }
    return scores;
  }

  private static List<Thread> scoringThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("score "))
        .toList();
  }

  private static long directBytesInUse() {
    System.gc(); // buffers are freed with the objects that stand for them
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    new Mailbox().runUntil(condition);
  }
}
