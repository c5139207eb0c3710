package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.TestVectors;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator in Flink's test harness, with an engine that answers when it is told to. */
@Timeout(120)
class AsynchronousScoringTest {
  private static final ModelContract CONTRACT =
      TestModels.mlp(new ModelContract.Batch(4, Duration.ofMillis(1)));
  private static final int CAPACITY = 12;

  /** Reached by the function's factory, which Flink serializes. */
  private static volatile FakeEngine engine = new FakeEngine();

  @Test
  void neitherWatermarkNorIdleStatusOvertakesARecord() throws Exception {
    try (var harness = open(ours())) {
      engine.hang();
      harness.processElement(vector(0), 7);
      harness.processWatermark(7);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.processElement(vector(1), 8);
      engine.hanging.acquire();
      assertThat(harness.getOutput()).isEmpty();

      engine.release();
      harness.endInput();

      List<Object> output = List.copyOf(harness.getOutput());
      assertThat(output).hasSize(4);
      assertThat(output.get(0)).isEqualTo(new StreamRecord<>(score(output.get(0)), 7));
      assertThat(output.get(1)).isEqualTo(new Watermark(7));
      assertThat(output.get(2)).isEqualTo(WatermarkStatus.IDLE);
      assertThat(score(output.get(3)).value()).isEqualTo(1);
    }
  }

  @Test
  void watermarkAndStatusPassAtOnceWhereNoRecordIsInFlight() throws Exception {
    try (var harness = open(ours())) {
      harness.processWatermark(7);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);

      assertThat(harness.getOutput()).containsExactly(new Watermark(7), WatermarkStatus.IDLE);
    }
  }

  @Test
  void recordWithoutTimestampGetsAnAnswerWithoutOne() throws Exception {
    try (var harness = open(ours())) {
      harness.processElement(new StreamRecord<>(vector(0)));
      harness.processElement(new StreamRecord<>(vector(1), 3));
      harness.endInput();

      assertThat(harness.getOutput())
          .map(element -> ((StreamRecord<?>) element).hasTimestamp())
          .containsExactly(false, true);
    }
  }

  /** Far more records than there is room for come in one go: none is refused, none overtakes. */
  @Test
  void recordsBeyondTheCapacityWaitAndKeepTheirOrder() throws Exception {
    try (var harness = open(ours())) {
      for (int i = 0; i < 20 * CAPACITY; i++) {
        harness.processElement(vector(i), i);
        assertThat(i + 1 - harness.getOutput().size()).isLessThanOrEqualTo(CAPACITY);
      }
      harness.endInput();

      assertScores(harness, 20 * CAPACITY);
    }
  }

  /** A savepoint of Flink's own operator, as jobs were defined with before, and the way back. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eitherOperatorScoresWhatTheOtherHadInFlight(boolean upgrade) throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = open(upgrade ? flinks() : ours())) {
      engine.hang();
      for (int i = 0; i < 10; i++) {
        harness.processElement(vector(i), i);
      }
      harness.processWatermark(9);
      engine.hanging.acquire();
      snapshot = harness.snapshot(1, 1);
      engine.release();
    }

    try (var harness = harness(upgrade ? ours() : flinks())) {
      harness.initializeState(snapshot);
      harness.open();
      harness.endInput();

      assertThat(harness.getOutput()).last().isEqualTo(new Watermark(9));
      harness.getOutput().remove(new Watermark(9));
      assertScores(harness, 10);
    }
  }

  private static void assertScores(
      OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int count) {
    assertThat(harness.getOutput()).hasSize(count);
    int next = 0;
    for (Object element : harness.getOutput()) {
      assertThat(((StreamRecord<?>) element).getTimestamp()).isEqualTo(next);
      assertThat(score(element).value()).isEqualTo(next);
      next++;
    }
  }

  private static Score score(Object element) {
    return (Score) ((StreamRecord<?>) element).getValue();
  }

  private static FeatureVector vector(int first) {
    double[] features = new double[TestModels.COLUMNS];
    features[0] = first;
    return TestVectors.vector(first, features);
  }

  private static OneInputStreamOperatorFactory<FeatureVector, Score> ours() {
    return AsynchronousScoring.of(function());
  }

  private static OneInputStreamOperatorFactory<FeatureVector, Score> flinks() {
    return new AsyncWaitOperatorFactory<>(function(), 0, CAPACITY, OutputMode.ORDERED);
  }

  private static OnnxScoringFunction function() {
    engine = new FakeEngine();
    return new OnnxScoringFunction(CONTRACT, true, () -> engine);
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> open(
      OneInputStreamOperatorFactory<FeatureVector, Score> operator) throws Exception {
    var harness = harness(operator);
    harness.open();
    return harness;
  }

  private static OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(
      OneInputStreamOperatorFactory<FeatureVector, Score> operator) throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<>(
            operator, RecordTypeInfo.FEATURE_VECTOR.createSerializer(new SerializerConfigImpl()));
    harness.setup(RecordTypeInfo.SCORE.createSerializer(new SerializerConfigImpl()));
    return harness;
  }
}
