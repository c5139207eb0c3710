package io.tidemark.jobs.join;

import static io.tidemark.jobs.event.FeatureStatus.WARMING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.ShopDomain;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.RejectionReason;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.WindowedFeatures;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Order, lateness, duplicates, expiry and restore of the operator that fuses a user's features. */
class FeatureFusionOperatorTest {
  private static final Instant NOON = Instant.parse("2024-03-01T12:00:00Z");
  private static final EventSchema SCHEMA = new EventSchema(ShopDomain.event());
  private static final ModelContract MODEL = ShopDomain.model();
  private static final FeatureContract BY_USER = ShopDomain.features().get(2);
  private static final int COUNT = MODEL.features().indexOf(ref("n_1h"));
  private static final int SUM = MODEL.features().indexOf(ref("sum_1d"));
  private static final int AVERAGE = MODEL.features().indexOf(ref("avg_1d"));
  private static final int MAX_PARALLELISM = 8;
  private static final long CACHE_BYTES = 1 << 20;

  @Test
  void eventTimeOrderAnswersByTimeThenIdOnceTheWatermarkHasPassed() throws Exception {
    try (Harness harness = Harness.start(EventOrder.EVENT_TIME)) {
      harness.send(3, 20, "ann", 30.0);
      harness.send(2, 10, "ann", 20.0);
      harness.send(1, 20, "ann", 10.0);
      assertThat(harness.vectors()).isEmpty();
      harness.watermark(15);
      assertThat(harness.sums()).containsExactly(20.0);
      harness.watermark(20);
      assertThat(harness.sums()).containsExactly(20.0, 30.0, 60.0);
    }
  }

  @Test
  void lateEventGoesToLateOutputAndIsAnsweredButChangesNothing() throws Exception {
    try (Harness harness = Harness.start(EventOrder.EVENT_TIME)) {
      harness.send(1, 10, "ann", 10.0);
      harness.watermark(60);
      harness.send(2, 60, "ann", 5.0);
      harness.send(3, 70, "ann", 1.0);
      harness.watermark(100);
      assertThat(harness.sums()).containsExactly(10.0, 15.0, 11.0);
      assertThat(harness.vectors())
          .extracting(FeatureVector::isLate)
          .containsExactly(false, true, false);
      assertThat(harness.late()).hasSize(1);
    }
  }

  @Test
  void arrivalOrderAnswersAtOnceAndAnEventOutOfOrderCountsFromThenOn() throws Exception {
    try (Harness harness = Harness.start(EventOrder.ARRIVAL)) {
      harness.send(1, 100, "ann", 1.0);
      harness.send(2, 90, "ann", 2.0);
      harness.send(3, 110, "ann", 4.0);
      assertThat(harness.sums()).containsExactly(1.0, 2.0, 7.0);
      assertThat(harness.late()).isEmpty();
    }
  }

  @Test
  void duplicateGoesNoFurtherAndIsReported() throws Exception {
    for (EventOrder order : List.of(EventOrder.ARRIVAL, EventOrder.EVENT_TIME)) {
      try (Harness harness = Harness.start(order)) {
        harness.send(7, 10, "ann", 10.0);
        harness.send(7, 10, "ann", 10.0);
        harness.send(8, 11, "ann", 1.0);
        harness.watermark(20);
        assertThat(harness.sums()).as("%s", order).containsExactly(10.0, 11.0);
        assertThat(harness.duplicates())
            .extracting(RejectedRecord::reason)
            .containsExactly(RejectionReason.DUPLICATE_ID);
      }
    }
  }

  @Test
  void duplicateThatComesLateIsNotAnsweredAgain() throws Exception {
    for (EventOrder order : List.of(EventOrder.ARRIVAL, EventOrder.EVENT_TIME)) {
      try (Harness harness = Harness.start(order)) {
        harness.send(7, 10, "ann", 10.0);
        harness.watermark(60);
        harness.send(7, 10, "ann", 10.0);
        assertThat(harness.sums()).as("%s", order).containsExactly(10.0);
        assertThat(harness.late()).isEmpty();
        assertThat(harness.duplicates()).hasSize(1);
      }
    }
  }

  @Test
  void eventBehindWhatTheLogKeepsIsLateAndOneBehindItsSlackIsMarkedIncomplete() throws Exception {
    try (Harness harness = Harness.start(EventOrder.ARRIVAL)) {
      harness.send(0, -200_000, "ann", 1.0);
      // One partition runs ahead; the watermark is held back by another.
      for (int i = 1; i <= 40; i++) {
        harness.send(i, 100_000 + i, "ann", 1.0);
      }
      harness.send(41, 10, "ann", 1.0);
      harness.send(42, 50_000, "ann", 1.0);
      assertThat(harness.late()).hasSize(1);
      FeatureVector tooLate = harness.vectors().get(41);
      FeatureVector behind = harness.vectors().get(42);
      assertThat(tooLate.isLate()).isTrue();
      assertThat(behind.isLate()).isFalse();
      assertThat(behind.status(SUM)).as("its day is no longer whole").isEqualTo(WARMING);
      harness.send(43, 100_050, "ann", 1.0);
      assertThat(harness.sums().get(43)).as("the one behind counts").isEqualTo(42.0);
    }
  }

  @Test
  void triggerWithoutKeyIsAnsweredAsMissing() throws Exception {
    try (Harness harness = Harness.start(EventOrder.ARRIVAL)) {
      harness.send(1, 10, null, 10.0);
      FeatureVector vector = harness.vectors().get(0);
      assertThat(vector.value(SUM)).isNaN();
      assertThat(vector.status(SUM)).isEqualTo(FeatureStatus.MISSING);
    }
  }

  @Test
  void statusTellsWarmingUntilTheWindowIsCovered() throws Exception {
    try (Harness harness = Harness.start(EventOrder.ARRIVAL)) {
      harness.send(1, 0, "ann", 10.0);
      harness.send(2, 3_600, "bob", null);
      harness.send(3, 86_400, "ann", 10.0);
      List<FeatureVector> vectors = harness.vectors();
      assertThat(vectors.get(0).status(COUNT)).isEqualTo(WARMING);
      assertThat(vectors.get(1).status(COUNT)).isEqualTo(FeatureStatus.OK);
      assertThat(vectors.get(1).status(SUM)).isEqualTo(WARMING);
      assertThat(vectors.get(1).status(AVERAGE)).isEqualTo(FeatureStatus.MISSING);
      assertThat(vectors.get(2).status(SUM)).isEqualTo(FeatureStatus.OK);
    }
  }

  @Test
  void idleKeyIsForgottenAndABusyOneIsNot() throws Exception {
    try (Harness harness = Harness.start(EventOrder.EVENT_TIME)) {
      harness.send(1, 0, "ann", 10.0);
      harness.send(2, 0, "bob", 10.0);
      harness.watermark(0);
      assertThat(harness.keyedState()).isEqualTo(2);
      harness.send(3, 86_400, "bob", 1.0);
      harness.watermark(2 * 86_400);
      assertThat(harness.keyedState()).isEqualTo(1);
      harness.watermark(4 * 86_400);
      assertThat(harness.keyedState()).isZero();
      assertThat(harness.timers()).isZero();
    }
  }

  /** {@code stop --drain}, then a start from its savepoint. */
  @ParameterizedTest
  @EnumSource(names = "BATCH", mode = Mode.EXCLUDE)
  void keyIsForgottenAfterADrainToo(EventOrder order) throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness before = Harness.start(order)) {
      before.send(1, 0, "ann", 10.0);
      before.operator.processWatermark(Long.MAX_VALUE);
      assertThat(before.vectors()).hasSize(1);
      snapshot = before.snapshot();
    }

    try (Harness after = new Harness(order, BY_USER, 0, 1)) {
      after.restore(snapshot);
      after.watermark(0);
      assertThat(after.keyedState()).isEqualTo(1);
      after.watermark(3 * 86_400);
      assertThat(after.keyedState()).isZero();
      assertThat(after.timers()).isZero();
    }
  }

  @Test
  void restoreKeepsLogsWaitingEventsAndCoverageAlsoWhenRescaled() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = Harness.start(EventOrder.EVENT_TIME)) {
      for (int user = 0; user < 50; user++) {
        harness.send(user, 10, "user" + user, 1.0);
      }
      harness.watermark(15);
      for (int user = 0; user < 50; user++) {
        harness.send(100 + user, 20, "user" + user, 2.0);
      }
      snapshot = harness.snapshot();
    }
    List<Double> sums = new ArrayList<>();
    List<FeatureStatus> statuses = new ArrayList<>();
    for (int subtask = 0; subtask < 3; subtask++) {
      try (Harness harness = Harness.restored(snapshot, subtask, 3)) {
        harness.watermark(30);
        sums.addAll(harness.sums());
        harness.vectors().forEach(vector -> statuses.add(vector.status(SUM)));
      }
    }
    assertThat(sums).hasSize(50).containsOnly(3.0);
    assertThat(statuses).containsOnly(WARMING);
  }

  @Test
  void lateBeforeARestoreIsLateAfterItAndASilentTopicReleasesWhatWaits() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = Harness.start(EventOrder.EVENT_TIME)) {
      harness.send(1, 10, "ann", 1.0);
      harness.watermark(60);
      harness.send(2, 70, "ann", 2.0);
      snapshot = harness.snapshot();
    }
    try (Harness harness = Harness.restored(snapshot, 0, 1)) {
      harness.send(3, 30, "ann", 4.0);
      assertThat(harness.late()).hasSize(1);
      harness.operator.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(harness.sums()).containsExactly(5.0, 3.0);
    }
  }

  @Test
  void stateOfAnotherContractIsRefusedInWords() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = Harness.start(EventOrder.EVENT_TIME)) {
      harness.send(1, 10, "ann", 1.0);
      harness.watermark(15);
      snapshot = harness.snapshot();
    }
    Harness other = new Harness(EventOrder.EVENT_TIME, ShopDomain.features().get(1), 0, 1);
    try (other) {
      assertThatThrownBy(() -> other.restore(snapshot))
          .hasMessageContaining("The state is of the contract `by_user` by [user]")
          .hasMessageContaining("the operator is of `by_shop` by [shop]");
    }
  }

  @Test
  void mostStateIsHandedOverBeforeTheCheckpointThatIsExpected() throws Exception {
    int users = 600;
    try (Harness harness = Harness.start(EventOrder.ARRIVAL)) {
      harness.operator.setProcessingTime(10_000);
      harness.operator.snapshot(1, 10_000);
      harness.operator.setProcessingTime(20_000);
      harness.operator.snapshot(2, 20_000);
      for (int user = 0; user < users; user++) {
        harness.send(user, user, "user" + user, 1.0);
      }
      harness.operator.setProcessingTime(30_000 - FeatureFusionOperator.AHEAD_MILLIS);
      assertThat(harness.operator.numKeyedStateEntries()).isZero();
      harness.operator.setProcessingTime(29_999);
      assertThat(harness.operator.numKeyedStateEntries()).isBetween(users / 2, users - 1);
      harness.operator.snapshot(3, 30_000);
      assertThat(harness.operator.numKeyedStateEntries()).isEqualTo(users);
    }
  }

  private static FeatureRef ref(String feature) {
    return new FeatureRef("by_user", feature);
  }

  /** The operator with its key, and what it sent. */
  private static final class Harness implements AutoCloseable {
    private final KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector>
        operator;
    private long checkpoint;
    private final JsonEventDecoder decoder = new JsonEventDecoder(SCHEMA, Clock.systemUTC());

    Harness(EventOrder order, FeatureContract contract, int subtask, int parallelism)
        throws Exception {
      this(order, VectorColumns.of(MODEL), contract, subtask, parallelism);
    }

    Harness(
        EventOrder order,
        VectorColumns columns,
        FeatureContract contract,
        int subtask,
        int parallelism)
        throws Exception {
      EntityKey key = new EntityKey(SCHEMA, contract.entity());
      KeyedFeatures features =
          Objects.requireNonNull(WindowedFeatures.of(VectorColumns.of(MODEL), contract, SCHEMA));
      operator =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new FeatureFusionOperator(SCHEMA, columns, order, NOON, key, features, CACHE_BYTES),
              key,
              Types.STRING,
              MAX_PARALLELISM,
              parallelism,
              subtask);
    }

    static Harness start(EventOrder order) throws Exception {
      Harness harness = new Harness(order, BY_USER, 0, 1);
      harness.operator.open();
      return harness;
    }

    static Harness restored(OperatorSubtaskState snapshot, int subtask, int parallelism)
        throws Exception {
      Harness harness = new Harness(EventOrder.EVENT_TIME, BY_USER, subtask, parallelism);
      harness.restore(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              snapshot, MAX_PARALLELISM, 1, parallelism, subtask));
      return harness;
    }

    void restore(OperatorSubtaskState snapshot) throws Exception {
      operator.initializeState(snapshot);
      operator.open();
    }

    void send(long id, long second, @Nullable String user, @Nullable Double amount)
        throws Exception {
      String json =
          "{\"id\":"
              + id
              + ",\"at\":\""
              + NOON.plusSeconds(second)
              + "\",\"shop\":1"
              + (user == null ? "" : ",\"user\":\"" + user + "\"")
              + (amount == null ? "" : ",\"amount\":" + amount)
              + "}";
      Ingested ingested = decoder.decode(json.getBytes(UTF_8), new Origin("test", 0, 0, 0));
      Event event = Objects.requireNonNull(ingested.event());
      operator.processElement(
          new StreamRecord<>(FeatureVector.of(event, VectorColumns.of(MODEL)), event.timeMillis()));
    }

    void watermark(long second) throws Exception {
      operator.processWatermark(NOON.plusSeconds(second).toEpochMilli());
    }

    OperatorSubtaskState snapshot() throws Exception {
      checkpoint++;
      return operator.snapshot(checkpoint, checkpoint);
    }

    List<FeatureVector> vectors() {
      return operator.extractOutputValues();
    }

    List<Double> sums() {
      return vectors().stream().map(vector -> vector.value(SUM)).toList();
    }

    List<Event> late() {
      return sideOutput(operator.getSideOutput(FeatureFusionOperator.LATE));
    }

    List<RejectedRecord> duplicates() {
      return sideOutput(operator.getSideOutput(FeatureFusionOperator.DUPLICATES));
    }

    private static <T> List<T> sideOutput(@Nullable Queue<StreamRecord<T>> records) {
      return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
    }

    /** Number of stored headers and chunks. */
    int keyedState() throws Exception {
      snapshot();
      return operator.numKeyedStateEntries();
    }

    int timers() {
      return operator.numEventTimeTimers();
    }

    @Override
    public void close() throws Exception {
      operator.close();
    }
  }
}
