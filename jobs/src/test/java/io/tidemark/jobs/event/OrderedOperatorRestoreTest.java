package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
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

  @Test
  void bytesOfVersion2AreWrittenAsTheyWere() throws Exception {
    try (var operator = harness()) {
      operator.open();
      operator.processElement(vector(95), 95);
      operator.processElement(vector(105), 105);
      operator.processWatermark(100);
      KeyedStateHandle written =
          operator.snapshot(1, 1).getRawKeyedState().stream().findFirst().orElseThrow();
      try (InputStream in = ((KeyGroupsStateHandle) written).openInputStream()) {
        assertThat(HexFormat.of().formatHex(in.readAllBytes())).isEqualTo(golden());
      }
    }
  }

  @Test
  void bytesOfVersion2AreRead() throws Exception {
    try (var operator = harness()) {
      operator.initializeState(state(HexFormat.of().parseHex(golden())));
      operator.open();
      operator.processElement(vector(100), 100);
      assertThat(times(operator)).as("late, hence not held").containsExactly(100L);
      operator.processWatermark(105);
      assertThat(times(operator)).containsExactly(100L, 105L);
    }
  }

  @Test
  void bytesOfALaterVersionAreRefusedInWords() throws Exception {
    byte[] later = HexFormat.of().parseHex(golden());
    later[0] = 3;
    try (var operator = harness()) {
      assertThatThrownBy(() -> operator.initializeState(state(later)))
          .hasMessage(
              "Waiting events in format version 3, but this release reads versions up to 2: the"
                  + " savepoint was written by a later release");
    }
  }

  /** Of the one key group that there is. */
  private static OperatorSubtaskState state(byte[] bytes) {
    return OperatorSubtaskState.builder()
        .setRawKeyedState(
            new KeyGroupsStateHandle(
                new KeyGroupRangeOffsets(KeyGroupRange.of(0, 0), new long[] {0}),
                new ByteStreamStateHandle("golden", bytes)))
        .build();
  }

  private static String golden() throws Exception {
    try (InputStream in =
        OrderedOperatorRestoreTest.class.getResourceAsStream("waiting-events-v2.hex")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII).strip();
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
