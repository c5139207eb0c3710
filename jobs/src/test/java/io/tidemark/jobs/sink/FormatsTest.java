package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.TestEvents;
import io.tidemark.jobs.event.TestVectors;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What leaves a job, byte for byte: consumers parse it. */
class FormatsTest {
  private static final EventSchema SCHEMA = TestEvents.SCHEMA;
  private static final EventSchema TEXT_ID =
      TestEvents.schema(
          "id",
          "at",
          new EventField("id", FieldType.STRING, false, null, null, null),
          new EventField("at", FieldType.TIMESTAMP, false, null, null, null));

  @Test
  void featuresAreIntegersOrDoublesThatReadBackOrNothing() {
    FeatureCsv csv =
        new FeatureCsv(
            SCHEMA, List.of("amount", "c.n", "c.avg"), new boolean[] {false, true, false});

    assertThat(csv.header()).isEqualTo("event_id,amount,c.n,c.avg");
    assertThat(line(csv, vector(0.1, 3, 1e-5))).isEqualTo("9007199254740993,0.1,3,1.0E-5");
    assertThat(line(csv, vector(1e15, 9007199254740992.0, -0.0)))
        .isEqualTo("9007199254740993,1.0E15,9007199254740992,-0.0");
    assertThat(line(csv, vector(Double.NaN, Double.NaN, Double.NaN)))
        .isEqualTo("9007199254740993,,,");
  }

  @Test
  void scoreIsItsValueOrNothing() {
    ScoreCsv csv = new ScoreCsv(SCHEMA);

    assertThat(csv.header()).isEqualTo("event_id,score,model_version,degraded");
    assertThat(line(csv, score(0.25, Outcome.SCORED)))
        .isEqualTo("9007199254740993,0.25,1.2.3,false");
    assertThat(line(csv, score(0, Outcome.TIMEOUT))).isEqualTo("9007199254740993,0.0,1.2.3,true");
    assertThat(line(csv, score(Double.NaN, Outcome.REJECTED_MISSING)))
        .isEqualTo("9007199254740993,,1.2.3,false");
  }

  @Test
  void textIdIsQuotedWhereCsvNeedsIt() {
    for (Map.Entry<String, String> id :
        Map.of("a b", "a b", "a,b", "\"a,b\"", "a\\\"b", "\"a\"\"b\"", "a\\nb", "\"a\nb\"")
            .entrySet()) {
      Event event =
          TestEvents.event(
              TEXT_ID, "{\"id\":\"" + id.getKey() + "\",\"at\":\"2025-06-01T12:00:00Z\"}");
      FeatureVector vector = FeatureVector.of(event, TestVectors.columns(0));

      assertThat(line(new FeatureCsv(TEXT_ID, List.of(), new boolean[0]), vector))
          .isEqualTo(id.getValue());
    }
  }

  @Test
  void scoreRecordSaysWhoScoredWhatAndHowFarItCanBeTrusted() {
    FeatureVector vector = vector(0.1, 3, 1e-5);
    vector.set(1, 3, FeatureStatus.WARMING);
    vector.set(2, 1e-5, FeatureStatus.MISSING);
    vector.markLate();
    ProducerRecord<byte[], byte[]> record =
        scoreRecords().serialize(new Score(vector, 0.25, "1.2.3", Outcome.TIMEOUT), null, 17L);

    assertThat(record.topic()).isEqualTo("scores");
    assertThat(record.timestamp()).isNull();
    assertThat(text(record.key())).isEqualTo("9007199254740993");
    assertThat(text(record.value()))
        .isEqualTo(
            """
            {"event_id":"9007199254740993","event_time":"2025-06-01T10:00:00.250Z",\
            "model":"fraud","model_version":"1.2.3","score":0.25,"outcome":"timeout",\
            "degraded":true,"late":true,\
            "statuses":{"spending.n":"WARMING","spending.avg":"MISSING"},"status":"MISSING",\
            "contracts":{"risk":"2.0.0","spending":"1.0.1"}}""");
  }

  @Test
  void rejectedScoreIsNullAndTrustedFeaturesAreNotNamed() {
    assertThat(
            text(
                scoreRecords()
                    .serialize(score(Double.NaN, Outcome.REJECTED_MISSING), null, null)
                    .value()))
        .contains("\"score\":null,\"outcome\":\"rejected_missing\",\"degraded\":false")
        .contains("\"statuses\":{},\"status\":\"OK\"");
  }

  @Test
  void rejectedRecordHasWhatIsKnownInItsHeaders() {
    ProducerRecord<byte[], byte[]> record =
        new RejectedRecords("bad").serialize(rejected("{\"id\":\"é\",\"x\":1}"), null, null);

    assertThat(record.topic()).isEqualTo("bad");
    assertThat(record.key()).isNull();
    assertThat(text(record.value())).isEqualTo("{\"id\":\"é\",\"x\":\"***\"}");
    assertThat(headers(record))
        .containsExactly(
            Map.entry("tidemark.reason", "wrong_type"),
            Map.entry("tidemark.detail", "Field id must be an integer, found 'é'"),
            Map.entry("tidemark.source.topic", "payments"),
            Map.entry("tidemark.source.partition", "2"),
            Map.entry("tidemark.source.offset", "17"),
            Map.entry("tidemark.source.timestamp", "1000"),
            Map.entry("tidemark.payload", "masked"),
            Map.entry("tidemark.bytes", "17"));
  }

  @Test
  void cutRecordHasItsDigestAndADuplicateNoOffset() {
    RejectedRecord cut =
        new JsonEventDecoder(TEXT_ID, TestEvents.CLOCK)
            .decode("a".repeat(900_001).getBytes(UTF_8), new Origin("t", 0, 0, 0))
            .rejected();

    assertThat(headers(new RejectedRecords("bad").serialize(cut, null, null)))
        .containsEntry("tidemark.payload", "truncated")
        .containsEntry("tidemark.bytes", "900001")
        .containsKey("tidemark.sha256");
    assertThat(
            headers(
                new RejectedRecords("bad")
                    .serialize(RejectedRecord.duplicate(SCHEMA, TestEvents.full()), null, null)))
        .containsEntry("tidemark.reason", "duplicate_id")
        .containsEntry("tidemark.source.topic", "payments")
        .doesNotContainKeys("tidemark.source.partition", "tidemark.source.offset");
  }

  @Test
  void rejectedRecordIsALineOfJson() {
    StringBuilder line = new StringBuilder();
    new RejectedJson().append(rejected("{\"id\":\n"), line);
    assertThat(line.toString())
        .isEqualTo(
            """
            {"reason":"malformed","detail":"Not well-formed JSON at byte 7","source":"payments",\
            "position":17,"form":"withheld"}""");
    line.setLength(0);
    new RejectedJson().append(rejected("{\"id\":1}"), line);
    assertThat(line.toString()).endsWith("\"form\":\"original\",\"payload\":\"{\\\"id\\\":1}\"}");
  }

  /** Brokers delete by a record's time, and late events may be older than they keep. */
  @Test
  void lateEventIsItselfAndHasNoTimeOfItsOwn() {
    ProducerRecord<byte[], byte[]> record =
        new LateEvents(SCHEMA).serialize(TestEvents.sparse(), null, 17L);

    assertThat(record.topic()).isEqualTo("payments_late");
    assertThat(record.timestamp()).isNull();
    assertThat(text(record.key())).isEqualTo("7");
    assertThat(text(record.value()))
        .isEqualTo(line(new LateJson(SCHEMA), TestEvents.sparse()))
        .isEqualTo("{\"id\":7,\"at\":\"2025-06-01T12:00:00Z\",\"customer\":\"C1\",\"amount\":0.0}");
  }

  private static ScoreRecords scoreRecords() {
    ModelContract model =
        new ModelContract(
            new Metadata("fraud", new SemanticVersion(1, 2, 3), "tests", ""),
            new TopicUri("payments"),
            new ModelContract.Artifact("model.onnx", "0".repeat(64)),
            List.of(
                new TensorInput(
                    "features",
                    TensorType.FLOAT32,
                    List.of(
                        new FeatureRef(null, "amount"),
                        new FeatureRef("spending", "n"),
                        new FeatureRef("spending", "avg")))),
            new ScoreOutput("score", 0),
            Map.of("spending", 1, "risk", 2),
            null,
            MissingPolicy.DEFAULT,
            new ModelContract.Batch(16, Duration.ofMillis(2)),
            Duration.ofMillis(100),
            0.0);
    return new ScoreRecords(
        SCHEMA,
        "scores",
        model,
        Map.of("spending", new SemanticVersion(1, 0, 1), "risk", new SemanticVersion(2, 0, 0)));
  }

  private static RejectedRecord rejected(String json) {
    return new JsonEventDecoder(SCHEMA, TestEvents.CLOCK)
        .decode(json.getBytes(UTF_8), TestEvents.ORIGIN)
        .rejected();
  }

  private static Score score(double value, Outcome outcome) {
    return new Score(vector(0.1, 3, 1e-5), value, "1.2.3", outcome);
  }

  private static FeatureVector vector(double... values) {
    FeatureVector vector = FeatureVector.of(TestEvents.full(), TestVectors.columns(values.length));
    for (int column = 0; column < values.length; column++) {
      vector.set(column, values[column], FeatureStatus.OK);
    }
    return vector;
  }

  private static <T> String line(LineFormat<T> format, T record) {
    StringBuilder line = new StringBuilder();
    format.append(record, line);
    return line.toString();
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
    return headers;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
