package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each serializer writes, against the bytes of its format version in {@code
 * src/test/resources/serialized}: savepoints hold them, so they are read for ever.
 */
class RecordSerializersTest {
  /** A record in a golden file of its name. */
  record Golden<T>(String name, int version, TypeSerializer<T> serializer, T record) {
    Golden(String name, TypeSerializer<T> serializer, T record) {
      this(name, 1, serializer, record);
    }

    byte[] bytes() throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(64);
      serializer.serialize(record, out);
      return out.getCopyOfBuffer();
    }

    T read(byte[] bytes) throws IOException {
      DataInputDeserializer in = new DataInputDeserializer(bytes);
      T read = serializer.deserialize(in);
      assertThat(in.available()).as("bytes left over").isZero();
      return read;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Golden<?>> records() {
    FeatureVector vector = FeatureVector.of(TestEvents.full(), TestVectors.columns(5));
    vector.set(0, 12.5, FeatureStatus.OK);
    vector.set(1, -0.0, FeatureStatus.WARMING);
    vector.set(2, Double.MIN_VALUE, FeatureStatus.STALE);
    vector.set(3, 1e300, FeatureStatus.INVALID);
    FeatureVector late = FeatureVector.of(TestEvents.sparse(), TestVectors.columns(0));
    late.markLate();
    FeatureVector stamped = FeatureVector.of(TestEvents.sparse(), TestVectors.columns(1));
    stamped.stamp(new ModelStamp("fraud", "2.1.0", "ab12", "s3://models/fraud.onnx", "canary"));
    RejectedRecord masked =
        TestEvents.decode(TestEvents.SCHEMA, "{\"id\":\"é\"}".getBytes(StandardCharsets.UTF_8))
            .rejected();
    RejectedRecord empty =
        new JsonEventDecoder(TestEvents.SCHEMA, TestEvents.CLOCK)
            .decode(null, new Origin("file.csv", -1, 3, 0))
            .rejected();
    return Stream.of(
        new Golden<>("event", EventSerializer.INSTANCE, TestEvents.full()),
        new Golden<>("event-sparse", EventSerializer.INSTANCE, TestEvents.sparse()),
        new Golden<>("vector", FeatureVectorSerializer.INSTANCE, vector),
        new Golden<>("vector-late", FeatureVectorSerializer.INSTANCE, late),
        new Golden<>("vector-stamped", 2, FeatureVectorSerializer.INSTANCE, stamped),
        new Golden<>(
            "score-stamped",
            2,
            ScoreSerializer.INSTANCE,
            new Score(stamped, 0.5, "2.1.0", Score.Outcome.TIMEOUT)),
        new Golden<>(
            "score",
            ScoreSerializer.INSTANCE,
            new Score(vector, 0.25, "1.0.0", Score.Outcome.SCORED)),
        new Golden<>(
            "score-rejected",
            ScoreSerializer.INSTANCE,
            new Score(late, Double.NaN, "2.0.0", Score.Outcome.REJECTED_MISSING)),
        new Golden<>(
            "drift-counts",
            DriftCountsSerializer.INSTANCE,
            new DriftCounts(
                1_531_008_000_000L,
                1_531_612_800_000L,
                "1.0.0",
                -17,
                1_531_008_012_000L,
                1_531_612_799_000L,
                new long[] {0, 127, 128, 66_672, Long.MAX_VALUE})),
        new Golden<>(
            "drift-report",
            DriftReportSerializer.INSTANCE,
            new DriftReport(
                "card_fraud",
                "1.0.0",
                DriftKind.FEATURE,
                "terminal_risk.risk_7d",
                1_531_008_000_000L,
                1_531_612_800_000L,
                true,
                false,
                66_672,
                66_670,
                3,
                0.0041,
                0.0007,
                0.0002)),
        new Golden<>("rejected", RejectedRecordSerializer.INSTANCE, masked),
        new Golden<>("rejected-null", RejectedRecordSerializer.INSTANCE, empty),
        new Golden<>(
            "ingested", IngestedSerializer.INSTANCE, Ingested.accepted(TestEvents.sparse())),
        new Golden<>("ingested-rejected", IngestedSerializer.INSTANCE, Ingested.rejected(masked)),
        new Golden<>(
            "upsert", UpsertSerializer.INSTANCE, new Upsert(new byte[] {7, 8}, new byte[] {-1})),
        new Golden<>(
            "upsert-tombstone", UpsertSerializer.INSTANCE, new Upsert(new byte[] {7}, null)));
  }

  @ParameterizedTest
  @MethodSource("records")
  <T> void bytesOfItsVersionAreWrittenAndRead(Golden<T> golden) throws IOException {
    byte[] released = golden(golden.name + ".v" + golden.version);

    assertThat(HexFormat.of().formatHex(golden.bytes()))
        .isEqualTo(HexFormat.of().formatHex(released));
    assertThat(golden.read(released)).isEqualTo(golden.record);
  }

  @ParameterizedTest
  @MethodSource("records")
  <T> void bytesOfAnUnknownVersionAreRefusedByName(Golden<T> golden) throws IOException {
    byte[] bytes = golden.bytes();
    for (byte version : new byte[] {0, 3, -1}) {
      bytes[0] = version;
      assertThatThrownBy(() -> golden.read(bytes))
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              "(An? .+|Drift counts) in format version "
                  + version
                  + ", but this release reads versions 1 to [12]: it was written by a newer release"
                  + " or is damaged");
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  <T> void snapshotOfTheSerializerRestoresIt(Golden<T> golden) {
    assertThat(golden.serializer.snapshotConfiguration().restoreSerializer())
        .isEqualTo(golden.serializer);
  }

  /** What savepoints and headers say stays, whatever is added. */
  @Test
  void codesNeverChange() {
    assertThat(Stream.of(RejectionReason.values()).map(reason -> reason.code() + reason.label()))
        .startsWith(
            "1null_value",
            "2empty",
            "3too_large",
            "4malformed",
            "5not_an_object",
            "6duplicate_field",
            "7missing_field",
            "8wrong_type",
            "9not_finite",
            "10out_of_range",
            "11time_too_early",
            "12time_too_far_ahead",
            "13duplicate_id");
    assertThat(Stream.of(FeatureStatus.values()).map(status -> status.code() + status.name()))
        .startsWith("0OK", "1WARMING", "2STALE", "3MISSING", "4INVALID");
    assertThat(Stream.of(Score.Outcome.values()).map(outcome -> outcome.code() + outcome.name()))
        .startsWith("0SCORED", "1TIMEOUT", "2INFERENCE_ERROR", "3REJECTED_MISSING");
    assertThat(Stream.of(RejectedRecord.Form.values()).map(form -> form.code() + form.label()))
        .startsWith("1original", "2masked", "3truncated", "4withheld");
    assertThat(Stream.of(DriftKind.values()).map(kind -> kind.code() + kind.label()))
        .startsWith("1feature", "2score");
    assertThatThrownBy(() -> DriftKind.ofCode((byte) 0))
        .hasMessage("Unknown kind of distribution, code 0");
    assertThatThrownBy(() -> RejectionReason.ofCode((byte) 0))
        .hasMessage("Unknown rejection reason code 0");
    assertThatThrownBy(() -> FeatureStatus.ofCode((byte) 99))
        .hasMessage("Unknown feature status code 99");
  }

  private static byte[] golden(String name) throws IOException {
    String file = "/serialized/" + name + ".hex";
    try (InputStream in = RecordSerializersTest.class.getResourceAsStream(file)) {
      assertThat(in).as(file).isNotNull();
      return HexFormat.of()
          .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    }
  }
}
