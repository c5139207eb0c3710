package io.tidemark.jobs.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.DriftKind;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.TestVectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Windows, versions, lateness, gauges and restore. Windows are [0,100), [100,200), … ms. */
class DriftOperatorsTest {
  private static final String AMOUNT_LABELS = "{feature=amount,kind=feature,model=shop,version=";
  private static final double[] ONE_TO_TEN =
      IntStream.rangeClosed(1, 10).asDoubleStream().toArray();

  private static DriftSettings settings;

  @BeforeAll
  static void settings() throws Exception {
    settings = settings(Duration.ofMillis(100), "1.0.0", "2.0.0");
  }

  private static DriftSettings settings(Duration window, String... versions) throws Exception {
    List<Baseline> baselines = new ArrayList<>();
    for (String version : versions) {
      baselines.add(baseline(version, ONE_TO_TEN));
    }
    return new DriftSettings(baselines, window, Instant.EPOCH, 10);
  }

  private static Baseline baseline(String version, double[] amounts) throws Exception {
    ModelContract model = TestBaselines.model(version, "amount", "count");
    return TestBaselines.of(
        model, List.of(amounts, new double[] {1, 2}), new double[] {0.25, 0.5, 0.75});
  }

  @Test
  void windowIsMeasuredOverAllSubtasksOnceAllWatermarksHavePassedIt() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      pipeline.send(0, score(0, 1));
      for (int i = 1; i <= 10; i++) {
        pipeline.send(i % 2, score(100 + i, i <= 5 ? i : 20));
      }
      pipeline.send(0, score(200, 7));
      pipeline.watermark(0, 199);
      pipeline.watermark(1, 198);
      assertThat(pipeline.reports()).extracting(DriftReport::windowEndMillis).containsOnly(100L);

      pipeline.watermark(1, 199);

      DriftReport amount = report(pipeline, 200, "amount");
      assertThat(amount.kind()).isEqualTo(DriftKind.FEATURE);
      assertThat(amount.windowStartMillis()).isEqualTo(100);
      assertThat(amount.complete()).isTrue();
      assertThat(amount.sufficient()).isTrue();
      assertThat(amount.rows()).isEqualTo(10);
      assertThat(amount.ks()).isCloseTo(0.5, within(1e-12));
      assertThat(amount.ksError()).isZero();
      DriftReport score = report(pipeline, 200, "score");
      assertThat(score.kind()).isEqualTo(DriftKind.SCORE);
      assertThat(score.rows()).isEqualTo(10);
    }
  }

  /** A part of a week has another share of weekends. */
  @Test
  void firstAndLastWindowOfAVersionAreNotComplete() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      for (int time = 50; time < 450; time++) {
        String version = time < 250 ? "1.0.0" : "2.0.0";
        pipeline.send(time % 2, score(time, version, 1, Outcome.SCORED));
        pipeline.watermark(time - 10);
      }
      pipeline.endOfInput();

      assertThat(pipeline.reports())
          .filteredOn(report -> report.feature().equals("amount"))
          .extracting(
              report -> report.version() + " " + report.windowEndMillis() + " " + report.complete())
          .containsExactlyInAnyOrder(
              "1.0.0 100 false",
              "1.0.0 200 true",
              "1.0.0 300 false",
              "2.0.0 300 false",
              "2.0.0 400 true",
              "2.0.0 500 false");
    }
  }

  @Test
  void windowOfAVersionSeenAgainLaterWaitsForItAndIsComplete() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      pipeline.send(0, score(0, 1));
      pipeline.send(0, score(150, 1));
      pipeline.watermark(220);
      assertThat(pipeline.reports()).extracting(DriftReport::windowEndMillis).containsOnly(100L);
      pipeline.send(0, score(250, 1));
      pipeline.watermark(299);
      assertThat(report(pipeline, 200, "amount").complete()).isTrue();
    }
  }

  @Test
  void lateRecordsAreCountedAndNotUsed() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      pipeline.send(0, score(0, 1));
      pipeline.send(0, score(100, 1));
      pipeline.watermark(0, 99);
      pipeline.send(0, score(99, 1));
      pipeline.send(1, score(98, 1));
      pipeline.watermark(1, 99);

      assertThat(report(pipeline, 100, "amount").rows()).isEqualTo(2);
      assertThat(
              pipeline
                  .counterMetrics
                  .get(0)
                  .count("tidemark_drift_late_total{model=shop,version=1.0.0}"))
          .isEqualTo(1);
    }
  }

  @Test
  void silentSubtaskHandsOnWhatItHasAndHoldsNobodyBack() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      pipeline.send(0, score(0, 1));
      pipeline.send(1, score(10, 1));
      pipeline.idle(1);
      pipeline.send(0, score(100, 1));
      pipeline.watermark(0, 99);

      assertThat(report(pipeline, 100, "amount").rows()).isEqualTo(2);
    }
  }

  /** Our scorers let no score be overtaken by the word: those after it are of an active input. */
  @Test
  void inputThatIsActiveAgainIsWaitedFor() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      pipeline.send(0, score(0, 1));
      pipeline.idle(1);
      pipeline.status(1, WatermarkStatus.ACTIVE);
      pipeline.send(0, score(100, 1));
      pipeline.watermark(0, 99);
      assertThat(pipeline.reports()).isEmpty();

      pipeline.send(1, score(10, 1));
      pipeline.watermark(1, 99);

      assertThat(report(pipeline, 100, "amount").rows()).isEqualTo(2);
    }
  }

  @Test
  void valuesAreCountedAsTheModelWasGivenThem() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      pipeline.send(0, score(0, 1));
      FeatureVector defaulted = TestVectors.vector(1, 3, Double.NaN);
      defaulted.set(0, 3, FeatureStatus.MISSING);
      pipeline.send(0, new Score(defaulted, 0.1, "1.0.0", Outcome.SCORED));
      pipeline.send(0, score(2, "1.0.0", Double.POSITIVE_INFINITY, Outcome.TIMEOUT));
      pipeline.send(0, score(3, "1.0.0", 2, Outcome.REJECTED_MISSING));
      pipeline.send(0, score(100, 1));
      pipeline.watermark(99);

      DriftReport amount = report(pipeline, 100, "amount");
      assertThat(amount.records()).isEqualTo(4);
      assertThat(amount.rows()).as("with the default").isEqualTo(3);
      assertThat(amount.missing()).isEqualTo(2);
      DriftReport count = report(pipeline, 100, "count");
      assertThat(count.rows()).isEqualTo(3);
      assertThat(count.missingRatio()).isEqualTo(0.25);
      DriftReport score = report(pipeline, 100, "score");
      assertThat(score.rows()).as("of the model itself").isEqualTo(2);
      assertThat(score.missing()).isEqualTo(2);
    }
  }

  @Test
  void scoresOfAVersionWithoutABaselineAreCountedAsUnmeasured() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      pipeline.send(0, score(0, "3.0.0", 1, Outcome.SCORED));
      pipeline.watermark(500);

      assertThat(pipeline.reports()).isEmpty();
      assertThat(
              pipeline
                  .counterMetrics
                  .get(0)
                  .count("tidemark_drift_unmeasured_total{model=shop,version=3.0.0}"))
          .isEqualTo(1);
    }
  }

  @Test
  void gaugesShowTheLastCompleteWindowOfEachVersion() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      RegisteredMetrics gauges = pipeline.mergerMetrics;
      assertThat(gauges.gauge("tidemark_drift_ks" + AMOUNT_LABELS + "1.0.0}")).isNaN();
      assertThat(gauges.gauge("tidemark_drift_sample_size" + AMOUNT_LABELS + "1.0.0}")).isZero();

      sendWindow(pipeline, 0, 20);
      sendWindow(pipeline, 100, 5);
      sendWindow(pipeline, 200, 20);
      pipeline.watermark(199);
      assertThat(gauges.gauge("tidemark_drift_sample_size" + AMOUNT_LABELS + "1.0.0}"))
          .isEqualTo(5);
      assertThat(gauges.gauge("tidemark_drift_ks" + AMOUNT_LABELS + "1.0.0}"))
          .as("below the minimum sample")
          .isNaN();
      assertThat(gauges.gauge("tidemark_drift_missing_ratio" + AMOUNT_LABELS + "1.0.0}")).isZero();

      sendWindow(pipeline, 300, 1);
      pipeline.watermark(299);
      assertThat(gauges.gauge("tidemark_drift_ks" + AMOUNT_LABELS + "1.0.0}"))
          .isCloseTo(0.9, within(1e-12));
      assertThat(gauges.gauge("tidemark_drift_ks_error" + AMOUNT_LABELS + "1.0.0}")).isZero();
      assertThat(gauges.gauge("tidemark_drift_psi" + AMOUNT_LABELS + "1.0.0}")).isGreaterThan(1);
      assertThat(gauges.gauge("tidemark_drift_window_end_seconds" + AMOUNT_LABELS + "1.0.0}"))
          .isEqualTo(0.3);
      assertThat(
              gauges.gauge(
                  "tidemark_drift_sample_size{feature=score,kind=score,model=shop,version=1.0.0}"))
          .isEqualTo(20);
      assertThat(gauges.gauge("tidemark_drift_ks" + AMOUNT_LABELS + "2.0.0}")).isNaN();
    }
  }

  /** Each model of a job has operators of its own: here both are at version 1.0.0. */
  @Test
  void modelsOfOneJobAreMeasuredEachFromItsOwnBaselineUnderItsOwnLabels() throws Exception {
    ModelContract till = TestBaselines.modelNamed("till", "1.0.0", "count", "amount");
    DriftSettings other =
        new DriftSettings(
            List.of(
                TestBaselines.of(
                    till, List.of(new double[] {1, 2}, new double[] {1}), new double[] {0.5})),
            settings.window(),
            settings.origin(),
            10);
    try (DriftPipeline ofShop = DriftPipeline.start(settings, 1);
        DriftPipeline ofTill = DriftPipeline.start(other, 1)) {
      for (int time = -10; time <= 110; time++) {
        ofShop.send(0, score(time, 1));
        FeatureVector vector = TestVectors.vector(time, 2, 1);
        ofTill.send(0, new Score(vector, 0.5, "1.0.0", Outcome.SCORED));
      }
      ofShop.watermark(99);
      ofTill.watermark(99);

      String amount = "tidemark_drift_ks{feature=amount,kind=feature,model=%s,version=1.0.0}";
      assertThat(ofShop.mergerMetrics.gauge(amount.formatted("shop"))).isCloseTo(0.9, within(1e-9));
      assertThat(ofTill.mergerMetrics.gauge(amount.formatted("till"))).isZero();
      String late = "tidemark_drift_late_total{model=%s,version=1.0.0}";
      assertThat(ofShop.counterMetrics.get(0).count(late.formatted("shop"))).isZero();
      assertThat(ofTill.counterMetrics.get(0).count(late.formatted("till"))).isZero();
      assertThat(report(ofShop, 100, "amount").model()).isEqualTo("shop");
      assertThat(report(ofTill, 100, "amount").model()).isEqualTo("till");
    }
  }

  /** Or else the last window of a version that was replaced would alert for ever. */
  @Test
  void gaugesOfAVersionAtRestAreTakenBack() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      String series = "tidemark_drift_ks" + AMOUNT_LABELS + "1.0.0}";
      sendWindow(pipeline, 0, 20);
      sendWindow(pipeline, 100, 1);
      pipeline.watermark(99);
      assertThat(pipeline.mergerMetrics.gauge(series)).isNotNaN();
      pipeline.watermark(300);
      assertThat(pipeline.mergerMetrics.gauge(series)).isNotNaN();
      pipeline.watermark(301);
      assertThat(pipeline.mergerMetrics.gauge(series)).isNaN();
    }
  }

  @Test
  void gaugesAreTheSameAfterARestore() throws Exception {
    DriftPipeline.Snapshot snapshot;
    try (DriftPipeline before = DriftPipeline.start(settings, 1)) {
      sendWindow(before, 0, 20);
      sendWindow(before, 100, 1);
      before.watermark(99);
      snapshot = before.snapshot();
    }

    try (DriftPipeline after = DriftPipeline.restore(settings, 1, snapshot)) {
      assertThat(after.mergerMetrics.gauge("tidemark_drift_ks" + AMOUNT_LABELS + "1.0.0}"))
          .isCloseTo(0.9, within(1e-12));
    }
  }

  /** At random moments, to a random parallelism, several times: as if nothing had happened. */
  @Test
  void restoredAndRescaledJobReportsTheSame() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      List<Score> scores = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 1_500; i++) {
        String version = random.nextInt(4) == 0 ? "2.0.0" : "1.0.0";
        scores.add(
            score(
                Math.max(0, i - random.nextInt(20)), version, random.nextInt(30), Outcome.SCORED));
      }

      List<DriftReport> expected = run(scores, seed, false);
      List<DriftReport> found = run(scores, seed, true);

      assertThat(found).as("seed %d", seed).isEqualTo(expected);
      assertThat(expected).filteredOn(DriftReport::isConclusive).isNotEmpty();
    }
  }

  private static List<DriftReport> run(List<Score> scores, long seed, boolean restarts)
      throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<DriftReport> reports = new ArrayList<>();
    DriftPipeline pipeline = DriftPipeline.start(settings, 1 + random.nextInt(4));
    try {
      for (int i = 0; i < scores.size(); i++) {
        pipeline.send(random.nextInt(pipeline.parallelism()), scores.get(i));
        if (random.nextInt(15) == 0) {
          pipeline.watermark(random.nextInt(pipeline.parallelism()), i - 20);
        }
        if (restarts && random.nextInt(150) == 0) {
          DriftPipeline.Snapshot snapshot = pipeline.snapshot();
          reports.addAll(pipeline.reports());
          pipeline.close();
          pipeline = DriftPipeline.restore(settings, 1 + random.nextInt(4), snapshot);
        }
      }
      pipeline.endOfInput();
      reports.addAll(pipeline.reports());
    } finally {
      pipeline.close();
    }
    reports.sort(
        Comparator.comparingLong(DriftReport::windowEndMillis)
            .thenComparing(DriftReport::version)
            .thenComparing(DriftReport::feature));
    return reports;
  }

  /**
   * With union state Flink fails every checkpoint while some subtasks have ended and others not.
   */
  @Test
  void boundedJobsTakeCheckpointsAfterTheFirstSubtaskHasEnded() throws Exception {
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      pipeline.send(0, score(0, 1));
      pipeline.watermark(50);

      assertThat(pipeline.snapshot().counters())
          .flatExtracting(OperatorSubtaskState::getManagedOperatorState)
          .isNotEmpty()
          .flatExtracting(handle -> handle.getStateNameToPartitionOffsets().values())
          .extracting(OperatorStateHandle.StateMetaInfo::getDistributionMode)
          .doesNotContain(OperatorStateHandle.Mode.UNION);
    }
  }

  /** {@code stop --drain}, then a start from its savepoint: the window goes on. */
  @Test
  void windowThatWasDrainedIsReportedWholeAfterARestart() throws Exception {
    DriftPipeline.Snapshot snapshot;
    try (DriftPipeline before = DriftPipeline.start(settings, 2)) {
      before.send(0, score(0, 1));
      before.send(1, score(110, 1));
      before.watermark(105);
      before.endOfInput();
      assertThat(report(before, 200, "amount").complete()).isFalse();
      snapshot = before.snapshot();
    }

    try (DriftPipeline after = DriftPipeline.restore(settings, 1, snapshot)) {
      after.send(0, score(120, 1));
      after.send(0, score(200, 1));
      after.watermark(199);
      DriftReport amount = report(after, 200, "amount");
      assertThat(amount.complete()).isTrue();
      assertThat(amount.rows()).isEqualTo(2);
    }
  }

  @Test
  void countsOfAnotherBaselineOrWindowAreLeftOutAfterARestart() throws Exception {
    DriftPipeline.Snapshot snapshot;
    try (DriftPipeline before = DriftPipeline.start(settings, 2)) {
      before.send(0, score(0, 1));
      before.send(0, score(105, 1));
      before.send(1, score(106, 1));
      before.idle(1);
      snapshot = before.snapshot();
    }
    DriftSettings otherGrid =
        new DriftSettings(
            List.of(baseline("1.0.0", new double[] {1, 2})),
            settings.window(),
            settings.origin(),
            1);
    for (DriftSettings other :
        List.of(
            otherGrid,
            settings(Duration.ofMillis(200), "1.0.0"),
            settings(settings.window(), "2.0.0"))) {
      try (DriftPipeline after = DriftPipeline.restore(other, 1, snapshot)) {
        after.send(0, score(110, other.baselines().get(0).version(), 1, Outcome.SCORED));
        after.send(0, score(500, other.baselines().get(0).version(), 1, Outcome.SCORED));
        after.watermark(399);
        assertThat(after.reports())
            .as("the running window begins anew")
            .allSatisfy(
                report -> {
                  assertThat(report.rows()).isEqualTo(1);
                  assertThat(report.complete()).isFalse();
                })
            .hasSize(3);
        String series = "tidemark_drift_unmeasured_total{model=shop,version=1.0.0}";
        assertThat(after.counterMetrics.get(0).count(series)).isEqualTo(2);
        assertThat(after.mergerMetrics.count(series)).isEqualTo(1);
      }
    }
  }

  /** Format version 1, which savepoints hold, is read for ever. */
  @Test
  void bytesOfVersionOneAreWrittenAndRead() throws Exception {
    byte[] released = golden();
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      sendWindow(pipeline, 0, 12);
      sendWindow(pipeline, 100, 3);
      pipeline.watermark(99);
      pipeline.idle(0);
      assertThat(HexFormat.of().formatHex(pipeline.merger().write()))
          .isEqualTo(HexFormat.of().formatHex(released));
    }
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 1)) {
      pipeline.merger().read(released);
      assertThat(pipeline.merger().write()).isEqualTo(released);
      assertThat(
              pipeline.mergerMetrics.gauge("tidemark_drift_sample_size" + AMOUNT_LABELS + "1.0.0}"))
          .isEqualTo(12);
      released[0] = 2;
      assertThatThrownBy(() -> pipeline.merger().read(released))
          .hasMessage(
              "Drift windows in format version 2, but this release reads version 1: the savepoint"
                  + " was written by another release");
    }
  }

  private static byte[] golden() throws IOException {
    try (InputStream in =
        DriftOperatorsTest.class.getResourceAsStream("/serialized/drift-windows.v1.hex")) {
      return HexFormat.of()
          .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    }
  }

  @Test
  void weeksBeginOnMondayUnlessSaidOtherwise() throws Exception {
    DriftSettings weekly = DriftSettings.weekly(settings.baselines());
    long wednesday = Instant.parse("2018-07-11T12:00:00Z").toEpochMilli();

    assertThat(Instant.ofEpochMilli(weekly.windowOf(wednesday).startMillis()))
        .isEqualTo("2018-07-09T00:00:00Z");
    DriftSettings fromSunday =
        new DriftSettings(
            settings.baselines(), DriftSettings.WEEK, Instant.parse("2030-01-06T00:00:00Z"), 1);
    assertThat(Instant.ofEpochMilli(fromSunday.windowOf(wednesday).startMillis()))
        .isEqualTo("2018-07-08T00:00:00Z");
    long beforeTheEpoch = Instant.parse("1969-12-31T00:00:00Z").toEpochMilli();
    assertThat(Instant.ofEpochMilli(weekly.windowOf(beforeTheEpoch).startMillis()))
        .isEqualTo("1969-12-29T00:00:00Z");
  }

  private static void sendWindow(DriftPipeline pipeline, long startMillis, int records)
      throws Exception {
    for (int i = 0; i < records; i++) {
      pipeline.send(0, score(startMillis + i, 1));
    }
  }

  private static Score score(long timeMillis, double amount) {
    return score(timeMillis, "1.0.0", amount, Outcome.SCORED);
  }

  private static Score score(long timeMillis, String version, double amount, Outcome outcome) {
    return new Score(TestVectors.vector(timeMillis, amount, 2), 0.5, version, outcome);
  }

  private static DriftReport report(DriftPipeline pipeline, long windowEndMillis, String feature) {
    List<DriftReport> found =
        pipeline.reports().stream()
            .filter(report -> report.windowEndMillis() == windowEndMillis)
            .filter(report -> report.feature().equals(feature))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
