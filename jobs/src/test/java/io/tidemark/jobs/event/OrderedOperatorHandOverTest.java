package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Arrival order behind a history that ends at 100. */
class OrderedOperatorHandOverTest {
  private static final EventSchema SCHEMA =
      TestEvents.schema(
          "id", "id", new EventField("id", FieldType.TIMESTAMP, false, null, null, null));
  private static final HandOver HAND_OVER = new HandOver(Instant.ofEpochMilli(100));

  @Test
  void liveEventsWaitForTheWholeHistoryAndThenForNothing() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestVectors.vector(102), 102);
      harness.processElement(TestVectors.vector(80), 80);
      harness.processElement(TestVectors.vector(100), 100);
      assertThat(times(harness)).containsExactly(80L);
      harness.processWatermark(98);
      assertThat(times(harness)).as("one more event of the history may come").hasSize(1);
      harness.processElement(TestVectors.vector(99), 99);
      harness.processWatermark(99);
      assertThat(times(harness)).containsExactly(80L, 99L, 100L, 102L);

      harness.processElement(TestVectors.vector(120), 120);
      harness.processElement(TestVectors.vector(110), 110);
      assertThat(times(harness)).endsWith(120L, 110L);
    }
  }

  @Test
  void whatWaitsIsKeptInACheckpoint() throws Exception {
    OperatorSubtaskState state;
    try (var before = harness()) {
      before.open();
      before.processElement(TestVectors.vector(102), 102);
      state = before.snapshot(1, 1);
    }
    try (var after = harness()) {
      after.initializeState(state);
      after.open();
      after.processElement(TestVectors.vector(70), 70);
      assertThat(times(after)).containsExactly(70L);
      after.processWatermark(99);
      assertThat(times(after)).containsExactly(70L, 102L);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector>
      harness() throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new PassOn(), SortedVectors.ONE_KEY, Types.STRING);
  }

  private static List<Long> times(
      KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> harness) {
    return harness.extractOutputValues().stream()
        .map(vector -> vector.trigger().timeMillis())
        .toList();
  }

  /** Nothing but the order. */
  private static final class PassOn extends OrderedOperator {
    private static final long serialVersionUID = 1L;

    PassOn() {
      super(
          SCHEMA,
          TestVectors.columns(0),
          EventOrder.ARRIVAL,
          HAND_OVER,
          SortedVectors.ONE_KEY,
          1_000);
    }

    @Override
    protected void onVector(FeatureVector vector) {
      emit(vector);
    }

    @Override
    protected void onLateVector(FeatureVector vector) {
      throw new AssertionError("Late: " + vector);
    }

    @Override
    protected void onTimer(long timeMillis) {
      throw new AssertionError("No timer was registered");
    }

    @Override
    protected void writeKeyGroup(int keyGroup, DataOutputView out) {}

    @Override
    protected void readKeyGroup(int keyGroup, long firedUpTo, DataInputView in) {}

    @Override
    protected void readLegacyKeyGroup(int keyGroup, DataInputView in) {}
  }
}
