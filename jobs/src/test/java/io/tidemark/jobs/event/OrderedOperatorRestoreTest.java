package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class OrderedOperatorRestoreTest {
  private static final EventSchema SCHEMA =
      TestEvents.schema(
          "id", "id", new EventField("id", FieldType.TIMESTAMP, false, null, null, null));

  @Test
  void whatWasLateBeforeARestartIsLateAfterIt() throws Exception {
    OperatorSubtaskState state;
    try (var before = harness()) {
      before.open();
      before.processElement(vector(105), 105);
      before.processElement(vector(95), 95);
      before.processWatermark(100);
      assertThat(times(before)).containsExactly(95L);
      state = before.snapshot(1, 1);
    }

    try (var after = harness()) {
      after.initializeState(state);
      after.open();
      after.processElement(vector(100), 100);
      assertThat(times(after)).as("late, hence not held").containsExactly(100L);
      after.processElement(vector(101), 101);
      // A source that begins anew.
      after.processWatermark(50);
      after.processElement(vector(60), 60);
      assertThat(times(after)).containsExactly(100L, 60L);
      after.processWatermark(110);
      assertThat(times(after)).containsExactly(100L, 60L, 101L, 105L);
    }
  }

  /** The source has read them before the checkpoint, and nothing since. */
  @Test
  void whatWaitedBeforeARestartIsNotHeldBySilentSources() throws Exception {
    OperatorSubtaskState state;
    try (var before = harness()) {
      before.open();
      before.processElement(vector(105), 105);
      before.processElement(vector(95), 95);
      before.processElement(vector(101), 101);
      state = before.snapshot(1, 1);
    }

    try (var after = harness()) {
      after.initializeState(state);
      after.open();
      after.getOneInputOperator().processWatermarkStatus(WatermarkStatus.IDLE);

      assertThat(times(after)).containsExactly(95L, 101L, 105L);
      assertThat(after.getOutput()).endsWith(new Watermark(105), WatermarkStatus.IDLE);
      after.processElement(vector(104), 104);
      assertThat(times(after)).as("late").endsWith(104L);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector>
      harness() throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new SortedVectors(SCHEMA, TestVectors.columns(0), EventOrder.EVENT_TIME),
        SortedVectors.ONE_KEY,
        Types.STRING);
  }

  private static FeatureVector vector(long time) {
    return TestVectors.vector(time);
  }

  private static List<Long> times(
      KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> harness) {
    return harness.getOutput().stream()
        .filter(StreamRecord.class::isInstance)
        .map(element -> ((FeatureVector) ((StreamRecord<?>) element).getValue()).trigger())
        .map(Event::timeMillis)
        .toList();
  }
}
