package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.Fallback;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator in Flink's test harness. */
@Timeout(120)
class SynchronousScoringTest {
  private static final ModelContract CONTRACT =
      TestModels.mlp(new ModelContract.Batch(4, Duration.ofMillis(10)));

  /** Reached by the operator's factory, which Flink serializes. */
  private static volatile FakeEngine engine = new FakeEngine();

  @Test
  void batchLeavesWhenItIsFullInTheOrderOfItsRecords() throws Exception {
    try (var harness = openFake()) {
      ask(harness, 0, 7);

      assertThat(values(harness)).containsExactly(0.0, 1.0, 2.0, 3.0);
      assertThat(engine.batchSizes).containsExactly(4);
    }
  }

  @Test
  void batchThatIsNotFullLeavesAfterMaxDelay() throws Exception {
    try (var harness = openFake()) {
      ask(harness, 0, 3);
      workOffMailsUntilAnswered(harness, 3);

      assertThat(values(harness)).containsExactly(0.0, 1.0, 2.0);
    }
  }

  @Test
  void batchBehindFullOnesThatDoesNotFillLeavesAfterMaxDelayToo() throws Exception {
    try (var harness = openFake()) {
      ask(harness, 0, 11);
      workOffMailsUntilAnswered(harness, 11);

      assertThat(engine.batchSizes).containsExactly(4, 4, 3);
    }
  }

  @Test
  void watermarkDoesNotOvertakeARecord() throws Exception {
    try (var harness = openFake()) {
      ask(harness, 0, 3);
      harness.processWatermark(7);

      assertThat(harness.getOutput()).hasSize(4).last().isEqualTo(new Watermark(7));
      assertThat(harness.getOutput().iterator().next())
          .isInstanceOfSatisfying(
              StreamRecord.class, record -> assertThat(record.getTimestamp()).isZero());
    }
  }

  @Test
  void idleStatusDoesNotOvertakeARecord() throws Exception {
    try (var harness = openFake()) {
      ask(harness, 0, 3);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);

      assertThat(harness.getOutput()).hasSize(4).last().isEqualTo(WatermarkStatus.IDLE);
    }
  }

  @Test
  void checkpointHoldsNoRecord() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = openFake()) {
      ask(harness, 0, 3);
      harness.prepareSnapshotPreBarrier(1);
      snapshot = harness.snapshot(1, 1);

      assertThat(values(harness)).containsExactly(0.0, 1.0, 2.0);
    }
    engine = new FakeEngine();
    try (var harness = harness(new SynchronousScoring(CONTRACT, () -> engine))) {
      harness.initializeState(snapshot);
      harness.open();
      harness.endInput();

      assertThat(harness.getOutput()).isEmpty();
    }
  }

  @Test
  void endOfInputLeavesNothing() throws Exception {
    try (var harness = openFake()) {
      ask(harness, 0, 2);
      harness.endInput();

      assertThat(values(harness)).containsExactly(0.0, 1.0);
    }
  }

  @Test
  void recordThatIsNotScoredKeepsItsPlace() throws Exception {
    ModelContract contract =
        TestModels.contract(
            "mlp",
            "0".repeat(64),
            TestModels.FIFTEEN,
            TestModels.MLP_SCORE,
            TestModels.batch(4),
            MissingPolicy.REJECT);
    engine = new FakeEngine();
    try (var harness = harness(new SynchronousScoring(contract, () -> engine))) {
      harness.open();
      ask(harness, 0, 2);
      FeatureVector missing = vector(2);
      missing.set(3, 0, FeatureStatus.MISSING);
      harness.processElement(missing, 2);
      ask(harness, 3, 5);
      harness.endInput();

      assertThat(scores(harness))
          .extracting(Score::outcome)
          .containsExactly(
              Outcome.SCORED,
              Outcome.SCORED,
              Outcome.REJECTED_MISSING,
              Outcome.SCORED,
              Outcome.SCORED);
    }
  }

  @Test
  void rowThatMakesItsBatchFailIsAloneAnsweredByTheFallback() throws Exception {
    try (var harness = openFake()) {
      engine.failOn(2);
      ask(harness, 0, 4);

      assertThat(values(harness)).containsExactly(0.0, 1.0, TestModels.FALLBACK, 3.0);
    }
  }

  /** Batches are cut in other places by both, and differently for each seed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void bothOperatorsGiveTheSameScoresBitForBit(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    String model = seed % 2 == 0 ? "trees" : "mlp";
    ModelContract contract =
        TestModels.contract(
            model,
            TestModels.FIFTEEN,
            seed % 2 == 0 ? TestModels.TREES_SCORE : TestModels.MLP_SCORE,
            TestModels.batch(random.nextInt(1, 100)));
    byte[] file = TestModels.bytes(model);
    List<Expected> rows = TestModels.expectedOfTrees();

    List<Score> synchronous;
    try (var harness = harness(new SynchronousScoring(contract, file, ProviderChoice.CPU))) {
      synchronous = scoreAll(harness, rows, random);
    }
    List<Score> asynchronous;
    var function = new OnnxScoringFunction(contract, file, ProviderChoice.CPU, false);
    var factory = AsynchronousScoring.of(function);
    try (var harness = harness(factory)) {
      asynchronous = scoreAll(harness, rows, random);
    }

    assertThat(synchronous).as("seed %d", seed).hasSize(rows.size()).isEqualTo(asynchronous);
    assertThat(synchronous).extracting(Score::outcome).contains(Outcome.SCORED);
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @Test
  void bothOperatorsScoreByTheVersionOfTheStampBitForBit() throws Exception {
    ModelContract trees = TestModels.trees(TestModels.batch(7));
    ModelContract mlp = TestModels.mlp(TestModels.batch(5));
    ScoringModels models =
        ScoringModels.of(
            List.of(
                new ServedModel(trees, TestModels.bytes("trees")),
                new ServedModel(mlp, TestModels.bytes("mlp"))),
            VectorColumns.of(trees),
            null,
            ProviderChoice.CPU,
            false);
    List<ModelStamp> stamps = new ArrayList<>();
    stamps.add(null);
    stamps.add(new ModelStamp("mlp", "1.2.0", mlp.artifact().sha256(), "", "canary"));
    stamps.add(new ModelStamp("mlp", "1.2.0", "00", "", "wrong file"));
    stamps.add(new ModelStamp("trees", "9.0.0", "00", "file:///nowhere", "no file"));
    List<Expected> rows = TestModels.expectedOfMlp();

    List<Score> synchronous;
    try (var harness = harness(new SynchronousScoring(models))) {
      synchronous = scoreStamped(harness, rows, stamps);
    }
    List<Score> asynchronous;
    var factory = AsynchronousScoring.of(models);
    try (var harness = harness(factory)) {
      asynchronous = scoreStamped(harness, rows, stamps);
    }

    assertThat(synchronous).hasSize(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      if (i % stamps.size() != 2) { // there the one waits and the other has loaded before
        assertThat(synchronous.get(i)).isEqualTo(asynchronous.get(i));
      }
      assertThat(synchronous.get(i).outcome()).isEqualTo(Outcome.SCORED);
    }
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  /** The file of the second model is the one that its contract names, and has another output. */
  @Test
  void versionWhoseSecondModelMayNotBeUsedIsClosedAndTheOneBeforeGoesOn() throws Exception {
    byte[] light = TestModels.bytes("trees");
    Fallback.Model second =
        new Fallback.Model(
            new ModelContract.Artifact("light.onnx", TestModels.sha256(light)),
            TestModels.FIFTEEN,
            TestModels.MLP_SCORE);
    ModelContract trees = TestModels.trees(TestModels.batch(1));
    ModelContract mlp =
        TestModels.withFallback(
            TestModels.mlp(TestModels.batch(1)), new Fallback(0.5, null, second));
    ScoringModels models =
        ScoringModels.of(
            List.of(
                new ServedModel(trees, light),
                new ServedModel(mlp, TestModels.bytes("mlp"), null, light)),
            VectorColumns.of(trees),
            null,
            ProviderChoice.CPU,
            false);
    ModelStamp stamp = new ModelStamp("mlp", "1.2.0", mlp.artifact().sha256(), "", "canary");
    List<Expected> rows = TestModels.expectedOfTrees();

    try (var harness = harness(new SynchronousScoring(models))) {
      assertThat(scoreStamped(harness, rows.subList(0, 1), List.of(stamp)))
          .extracting(Score::modelVersion)
          .containsExactly(trees.metadata().version().toString());
      assertThat(SessionRegistry.ofProcess().size()).isEqualTo(1);
    }
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @Test
  void openingAndClosingLeavesNothing() throws Exception {
    ModelContract contract = TestModels.trees(TestModels.batch(4));
    byte[] file = TestModels.bytes("trees");
    Expected row = TestModels.expectedOfTrees().get(0);
    for (int cycle = 0; cycle < 500; cycle++) {
      try (var harness = harness(new SynchronousScoring(contract, file, ProviderChoice.CPU))) {
        harness.open();
        harness.processElement(row.vector(0), 0);
      }
    }

    assertNothingIsLeft();
  }

  @Test
  void failedOpenLeavesNothing() throws Exception {
    ModelContract contract =
        TestModels.contract(
            "fourteen-columns", TestModels.FIFTEEN, TestModels.MLP_SCORE, TestModels.batch(4));
    var operator =
        new SynchronousScoring(contract, TestModels.bytes("fourteen-columns"), ProviderChoice.CPU);
    try (var harness = harness(operator)) {
      assertThatThrownBy(harness::open).isInstanceOf(InvalidModelException.class);
    }

    assertNothingIsLeft();
  }

  private static void assertNothingIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("score "));
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  private static List<Score> scoreStamped(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness,
      List<Expected> rows,
      List<ModelStamp> stamps)
      throws Exception {
    harness.open();
    for (int i = 0; i < rows.size(); i++) {
      FeatureVector vector = rows.get(i).vector(i);
      vector.stamp(stamps.get(i % stamps.size()));
      harness.processElement(vector, i);
    }
    harness.endInput();
    return scores(harness);
  }

  private static List<Score> scoreAll(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness,
      List<Expected> rows,
      SplittableRandom random)
      throws Exception {
    harness.open();
    for (int i = 0; i < rows.size(); i++) {
      harness.processElement(rows.get(i).vector(i), i);
      if (random.nextInt(10) == 0) {
        harness.processWatermark(i);
      }
    }
    harness.endInput();
    return scores(harness);
  }

  private static void ask(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int from, int to)
      throws Exception {
    for (int i = from; i < to; i++) {
      harness.processElement(vector(i), i);
    }
  }

  private static FeatureVector vector(int first) {
    double[] features = new double[TestModels.COLUMNS];
    features[0] = first;
    return TestVectors.vector(first, features);
  }

  private static void workOffMailsUntilAnswered(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int count)
      throws InterruptedException {
    new Mailbox()
        .runUntil(
            () -> {
              workOffMails(harness);
              return values(harness).size() == count;
            });
  }

  private static void workOffMails(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
    try {
      for (var mail = nextMail(harness); mail.isPresent(); mail = nextMail(harness)) {
        mail.get().run();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<Mail> nextMail(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
    return harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> openFake()
      throws Exception {
    engine = new FakeEngine();
    var harness = harness(new SynchronousScoring(CONTRACT, () -> engine));
    harness.open();
    return harness;
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(
      OneInputStreamOperator<FeatureVector, Score> operator) throws Exception {
    return setUp(
        new OneInputStreamOperatorTestHarness<>(
            operator, RecordTypeInfo.FEATURE_VECTOR.createSerializer(new SerializerConfigImpl())));
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(
      OneInputStreamOperatorFactory<FeatureVector, Score> operator) throws Exception {
    return setUp(
        new OneInputStreamOperatorTestHarness<>(
            operator, RecordTypeInfo.FEATURE_VECTOR.createSerializer(new SerializerConfigImpl())));
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> setUp(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
    harness.setup(RecordTypeInfo.SCORE.createSerializer(new SerializerConfigImpl()));
    return harness;
  }

  private static List<Double> values(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
    return scores(harness).stream().map(Score::value).toList();
  }

  @SuppressWarnings("unchecked")
  private static List<Score> scores(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
    List<Score> scores = new ArrayList<>();
    for (Object element : harness.getOutput()) {
      if (element instanceof StreamRecord<?> record) {
        scores.add(((StreamRecord<Score>) record).getValue());
      }
    }
    return scores;
  }
}
