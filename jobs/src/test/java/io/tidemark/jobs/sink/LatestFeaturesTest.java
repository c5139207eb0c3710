package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.FeatureContract;
import io.tidemark.jobs.ShopDomain;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.Upsert;
import io.tidemark.jobs.event.VectorColumns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which vectors reach the topic of the features by user, and as what. */
class LatestFeaturesTest {
  private static final Instant NOON = Instant.parse("2024-03-01T12:00:00Z");
  private static final EventSchema SCHEMA = new EventSchema(ShopDomain.event());
  private static final VectorColumns COLUMNS = VectorColumns.of(ShopDomain.model());
  private static final FeatureContract BY_PAIR = ShopDomain.features().get(0);
  private static final FeatureContract BY_USER = ShopDomain.features().get(2);
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final String ANN = "{\"user\":\"ann\"}";

  @Test
  void valueSaysWhatTheFeaturesAreAndAsOfWhen() throws Exception {
    try (Harness harness = new Harness(BY_USER)) {
      harness.open();
      FeatureVector vector = vector(17, 5, "ann");
      vector.set(1, 3, FeatureStatus.OK);
      vector.set(2, 61.5, FeatureStatus.WARMING);
      harness.process(vector);

      assertThat(harness.published())
          .containsExactly(
              ANN
                  + " → {\"entity\":{\"user\":\"ann\"},\"as_of\":\"2024-03-01T12:00:05Z\","
                  + "\"event_id\":\"17\",\"contract\":\"by_user\",\"version\":\"1.0.0\","
                  + "\"features\":{\"n_1h\":3,\"sum_1d\":61.5,\"avg_1d\":null},"
                  + "\"statuses\":{\"n_1h\":\"OK\",\"sum_1d\":\"WARMING\",\"avg_1d\":\"MISSING\"},"
                  + "\"status\":\"MISSING\"}");
    }
  }

  @Test
  void compositeKeyHoldsTheFieldsInOrderWithTheirTypes() throws Exception {
    try (Harness harness = new Harness(BY_PAIR)) {
      harness.open();
      harness.process(vector(1, 0, "a:\"b"));

      assertThat(harness.published().get(0)).startsWith("{\"user\":\"a:\\\"b\",\"shop\":4} → ");
    }
  }

  @Test
  void vectorAsOfAnEarlierTimeDoesNotOverwrite() throws Exception {
    try (Harness harness = new Harness(BY_USER)) {
      harness.open();
      harness.process(vector(1, 10, "ann"));
      harness.process(vector(2, 9, "ann"));
      harness.process(vector(3, 9, "bob"));
      harness.process(vector(4, 10, "ann"));
      harness.process(vector(5, 11, "ann"));

      assertThat(harness.eventIds()).containsExactly("1", "3", "4", "5");
    }
  }

  @Test
  void lateVectorsAndThoseWithoutEntityAreNotPublished() throws Exception {
    try (Harness harness = new Harness(BY_USER)) {
      harness.open();
      FeatureVector late = vector(1, 10, "ann");
      late.markLate();
      harness.process(late);
      harness.process(vector(2, 10, null));

      assertThat(harness.eventIds()).isEmpty();
    }
  }

  @Test
  void restoredOperatorStillKnowsWhatWasPublished() throws Exception {
    OperatorSubtaskState state;
    try (Harness before = new Harness(BY_USER)) {
      before.open();
      before.process(vector(1, 10, "ann"));
      state = before.snapshot();
    }

    try (Harness after = new Harness(BY_USER)) {
      after.restore(state);
      after.process(vector(2, 9, "ann"));
      assertThat(after.eventIds()).isEmpty();
      after.process(vector(3, 11, "ann"));
      assertThat(after.eventIds()).containsExactly("3");

      after.watermark(11 + RETENTION.toSeconds());
      assertThat(after.published()).endsWith(ANN + " → null");
    }
  }

  @Test
  void keyIsForgottenWhenNoWindowReachesItsLastEvent() throws Exception {
    try (Harness harness = new Harness(BY_USER)) {
      harness.open();
      harness.process(vector(1, 10, "ann"));
      harness.process(vector(2, 20, "ann"));
      harness.watermark(19 + RETENTION.toSeconds());
      assertThat(harness.eventIds()).containsExactly("1", "2");

      harness.watermark(20 + RETENTION.toSeconds());
      assertThat(harness.published()).hasSize(3).endsWith(ANN + " → null");
      assertThat(harness.stateEntries()).isZero();

      harness.process(vector(3, 30 + RETENTION.toSeconds(), "ann"));
      harness.watermark(30 + 2 * RETENTION.toSeconds());
      assertThat(harness.published()).hasSize(5).endsWith(ANN + " → null");
    }
  }

  @Test
  void endOfABoundedInputForgetsNothing() throws Exception {
    try (Harness harness = new Harness(BY_USER)) {
      harness.open();
      harness.process(vector(1, 10, "ann"));
      harness.end();

      assertThat(harness.eventIds()).containsExactly("1");
    }
  }

  /** {@code stop --drain}, then a start from its savepoint. */
  @Test
  void whatWasPublishedBeforeADrainIsWithdrawnAfterIt() throws Exception {
    OperatorSubtaskState state;
    try (Harness before = new Harness(BY_USER)) {
      before.open();
      before.process(vector(1, 10, "ann"));
      before.process(vector(2, 10, "bob"));
      before.end();
      state = before.snapshot();
    }

    try (Harness after = new Harness(BY_USER)) {
      after.restore(state);
      after.process(vector(3, 20, "bob"));
      after.watermark(10 + RETENTION.toSeconds());
      assertThat(after.published()).hasSize(2).endsWith(ANN + " → null");

      after.watermark(20 + RETENTION.toSeconds());
      assertThat(after.published()).hasSize(3).endsWith("{\"user\":\"bob\"} → null");
      assertThat(after.stateEntries()).isZero();
    }
  }

  /**
   * @param second after noon
   */
  private static FeatureVector vector(long id, long second, @Nullable String user) {
    String json =
        "{\"id\":"
            + id
            + ",\"at\":\""
            + NOON.plusSeconds(second)
            + "\",\"shop\":4"
            + (user == null ? "" : ",\"user\":\"" + user.replace("\"", "\\\"") + "\"")
            + "}";
    Ingested ingested =
        new JsonEventDecoder(SCHEMA, Clock.systemUTC())
            .decode(json.getBytes(UTF_8), new Origin("test", 0, 0, 0));
    Event event = Objects.requireNonNull(ingested.event());
    return FeatureVector.of(event, COLUMNS);
  }

  private static final class Harness implements AutoCloseable {
    private final KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, Upsert> operator;

    Harness(FeatureContract contract) throws Exception {
      EntityKey key = new EntityKey(SCHEMA, contract.entity());
      operator =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new LatestFeaturesOperator(
                  new LatestFeatures(
                      key, new FeatureJson(SCHEMA, contract, COLUMNS), RETENTION.toMillis())),
              key,
              Types.STRING);
    }

    void open() throws Exception {
      operator.open();
    }

    void restore(OperatorSubtaskState state) throws Exception {
      operator.initializeState(state);
      operator.open();
    }

    OperatorSubtaskState snapshot() throws Exception {
      return operator.snapshot(1, 1);
    }

    void process(FeatureVector vector) throws Exception {
      operator.processElement(new StreamRecord<>(vector, vector.trigger().timeMillis()));
    }

    /**
     * @param second after noon
     */
    void watermark(long second) throws Exception {
      operator.processWatermark(NOON.plusSeconds(second).toEpochMilli());
    }

    void end() throws Exception {
      operator.processWatermark(Long.MAX_VALUE);
    }

    int stateEntries() {
      return operator.numKeyedStateEntries();
    }

    /** Key and value of each upsert. */
    List<String> published() {
      List<String> published = new ArrayList<>();
      for (Upsert upsert : operator.extractOutputValues()) {
        byte[] value = upsert.value();
        published.add(
            new String(upsert.key(), UTF_8)
                + " → "
                + (value == null ? null : new String(value, UTF_8)));
      }
      return published;
    }

    List<String> eventIds() {
      return published().stream()
          .map(text -> text.replaceFirst(".*\"event_id\":\"(\\d+)\".*", "$1"))
          .toList();
    }

    @Override
    public void close() throws Exception {
      operator.close();
    }
  }
}
