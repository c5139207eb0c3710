package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventDecoderTest {
  private static final EventSchema SCHEMA = TestEvents.SCHEMA;

  @Test
  void everyTypeIsRead() {
    Event event = TestEvents.full();

    assertThat(event.timeMillis()).isEqualTo(1748772000250L);
    assertThat(event.ingestedAtMillis()).isEqualTo(1_000);
    assertThat(text(event, "id")).isEqualTo("9007199254740993");
    assertThat(text(event, "at")).isEqualTo("2025-06-01T10:00:00.250Z");
    assertThat(text(event, "customer")).isEqualTo("Zoë 😀");
    assertThat(text(event, "amount")).isEqualTo("0.1");
    assertThat(text(event, "count")).isEqualTo("-5");
    assertThat(text(event, "card")).isEqualTo("4539148803436467");
    assertThat(text(event, "online")).isEqualTo("true");
    assertThat(text(event, "shop")).isEmpty();
  }

  @Test
  void absentAndNullOptionalFieldsAreNull() {
    Event absent = TestEvents.sparse();

    assertThat(text(absent, "count")).isNull();
    assertThat(text(absent, "shop")).isNull();
    assertThat(EventFields.number(SCHEMA, SCHEMA.fieldIndex("count"), absent)).isNaN();
    assertThat(TestEvents.event(SCHEMA, TestEvents.json("shop", "null")).text(1)).isNull();
    assertThat(TestEvents.event(SCHEMA, TestEvents.json("count", "null")).isNumberNull(3)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        // Fields no contract names are skipped, whatever they hold.
        "new    | {\"id\":[1,{\"customer\":2}],\"at\":NaN} | customer | C1",
        "shop   | \"\\u0041\\t\\\"\\\\ \\ud83d\\ude00\"    | shop     | `A\t\"\\ 😀`",
        "shop   | \"日本語\"                               | shop     | 日本語",
        "count  | 2147483647                              | count    | 2147483647",
        "card   | -9223372036854775808                    | card     | -9223372036854775808",
        "card   | 9000000000000000                        | card     | 9000000000000000",
        "id     | 9223372036854775807                     | id       | 9223372036854775807",
        "amount | 4.9E-324                                | amount   | 4.9E-324",
        "amount | 1e6                                     | amount   | 1000000.0",
        "amount | 1000000                                 | amount   | 1000000.0",
        "amount | -0.0                                    | amount   | -0.0",
        "at     | \"2000-01-01T00:00:00Z\"                | at       | 2000-01-01T00:00:00Z",
        "at     | \"2026-01-01T01:00:00Z\"                | at       | 2026-01-01T01:00:00Z",
        "at     | \"2025-12-31T22:59:59.123456-02:00\"    | at       | 2026-01-01T00:59:59.123Z",
      })
  void valueIsReadAsItStands(String name, String value, String field, String expected) {
    Event event = TestEvents.event(SCHEMA, TestEvents.json(name, value));

    assertThat(text(event, field)).isEqualTo(expected);
  }

  static Stream<Arguments> rejected() {
    return Stream.of(
        new Arguments("", RejectionReason.EMPTY, "The record is empty"),
        new Arguments(" \n\t ", RejectionReason.EMPTY, "The record is empty"),
        new Arguments("[]", RejectionReason.NOT_AN_OBJECT, "The record must be a JSON object"),
        new Arguments("7", RejectionReason.NOT_AN_OBJECT, "The record must be a JSON object"),
        new Arguments("null", RejectionReason.NOT_AN_OBJECT, "The record must be a JSON object"),
        new Arguments("{", RejectionReason.MALFORMED, "Not well-formed JSON at byte 1"),
        new Arguments("{}x", RejectionReason.MALFORMED, "Not well-formed JSON at byte 3"),
        new Arguments("{'id':1}", RejectionReason.MALFORMED, "Not well-formed JSON at byte 1"),
        new Arguments("{\"id\":1,}", RejectionReason.MALFORMED, "Not well-formed JSON at byte 8"),
        new Arguments("{\"id\":007}", RejectionReason.MALFORMED, "Not well-formed JSON at byte 7"),
        new Arguments(
            "{\"a\":" + "[".repeat(2_000),
            RejectionReason.MALFORMED,
            "The JSON is nested deeper, or has a longer name or number, than is read"),
        new Arguments(
            TestEvents.json("card", "1".repeat(2_000)),
            RejectionReason.MALFORMED,
            "The JSON is nested deeper, or has a longer name or number, than is read"),
        new Arguments(
            TestEvents.json("x", "1") + " {}",
            RejectionReason.MALFORMED,
            "Something follows the JSON object"),
        new Arguments("{}", RejectionReason.MISSING_FIELD, "Required field id has no value"),
        new Arguments(
            TestEvents.json("amount", "null"),
            RejectionReason.MISSING_FIELD,
            "Required field amount has no value"),
        new Arguments(
            "{\"id\":1,\"id\":1}", RejectionReason.DUPLICATE_FIELD, "Field id stands twice"),
        new Arguments(
            "{\"count\":null,\"count\":1}",
            RejectionReason.DUPLICATE_FIELD,
            "Field count stands twice"),
        wrong("id", "\"7\"", "Field id must be an integer, found '7'"),
        wrong("id", "7.0", "Field id must be an integer, found '7.0'"),
        wrong("id", "1e3", "Field id must be an integer, found '1e3'"),
        wrong("id", "NaN", "Field id must be an integer, found 'NaN'"),
        wrong("id", "{\"a\":1}", "Field id must be an integer, found '{'"),
        wrong("amount", "\"12.5\"", "Field amount must be a number, found '12.5'"),
        wrong("amount", "true", "Field amount must be a number, found 'true'"),
        wrong("amount", "[1]", "Field amount must be a number, found '['"),
        wrong("online", "1", "Field online must be true or false, found '1'"),
        wrong("shop", "5", "Field shop must be text, found '5'"),
        wrong(
            "at",
            "\"yesterday\"",
            "Field at must be an ISO-8601 time with an offset, such as 2018-04-01T00:00:31Z,"
                + " found 'yesterday'"),
        wrong("at", "1748772000", "Field at must be an ISO-8601 time"),
        wrong("at", "\"2025-06-01T12:00:00\"", "Field at must be an ISO-8601 time"),
        wrong("at", "\"2025-02-29T12:00:00Z\"", "Field at must be an ISO-8601 time"),
        wrong("at", "\"+999999999-12-31T23:59:59Z\"", "Field at must be an ISO-8601 time"),
        wrong("at", "\"+300000-01-01T00:00:00Z\"", "Field at must be an ISO-8601 time"),
        wrong("at", "\"-0001-12-31T23:59:59Z\"", "Field at must be an ISO-8601 time"),
        wrong("at", "\"9999-12-31T23:59:59-01:00\"", "Field at must be an ISO-8601 time"),
        wrong(
            "id",
            "\"" + "a".repeat(39) + "😀\"",
            "Field id must be an integer, found '" + "a".repeat(39) + "…' (41 characters)"),
        wrong(
            "customer",
            "7",
            "Field customer must be text, found a value that identifies a person and is not shown"),
        new Arguments(
            TestEvents.json("amount", "NaN"), RejectionReason.NOT_FINITE, "Field amount is NaN"),
        new Arguments(
            TestEvents.json("amount", "-Infinity"),
            RejectionReason.NOT_FINITE,
            "Field amount is -Infinity"),
        new Arguments(
            TestEvents.json("amount", "1e309"),
            RejectionReason.NOT_FINITE,
            "Field amount is Infinity"),
        outOfRange("amount", "-0.01", "is below 0.0, found '-0.01'"),
        outOfRange("amount", "1000000.01", "is above 1000000.0, found '1000000.01'"),
        outOfRange("count", "-6", "is below -5.0, found '-6'"),
        outOfRange("count", "2147483648", "does not fit 32 bits, found '2147483648'"),
        outOfRange("id", "9223372036854775808", "does not fit 64 bits"),
        outOfRange("card", "9000000000000001", "is above 9.0E15, found a value that identifies"),
        new Arguments(
            TestEvents.json("at", "\"1999-12-31T23:59:59.999Z\""),
            RejectionReason.TIME_TOO_EARLY,
            "Event time '1999-12-31T23:59:59.999Z' is before 2000-01-01T00:00:00Z"),
        new Arguments(
            TestEvents.json("at", "\"2026-01-01T01:00:00.001Z\""),
            RejectionReason.TIME_TOO_FAR_AHEAD,
            "Event time '2026-01-01T01:00:00.001Z' is after 2026-01-01T01:00:00Z, the clock plus"
                + " what the contract allows"),
        new Arguments(
            TestEvents.json("shop", "\"\\ud800\""),
            RejectionReason.MALFORMED,
            "Field shop holds half of a surrogate pair, which is no character"),
        new Arguments(
            TestEvents.json("shop", "\"\\ude00\\ud83d\""),
            RejectionReason.MALFORMED,
            "Field shop holds half of a surrogate pair, which is no character"),
        new Arguments(
            TestEvents.json("shop", "\"a\0b\""),
            RejectionReason.MALFORMED,
            "Not well-formed JSON at byte"));
  }

  private static Arguments wrong(String name, String value, String detail) {
    return new Arguments(TestEvents.json(name, value), RejectionReason.WRONG_TYPE, detail);
  }

  private static Arguments outOfRange(String name, String value, String detail) {
    return new Arguments(
        TestEvents.json(name, value), RejectionReason.OUT_OF_RANGE, "Field " + name + " " + detail);
  }

  /** A text, and why it is rejected. */
  record Arguments(String json, RejectionReason reason, String detail) {}

  @ParameterizedTest
  @MethodSource("rejected")
  void recordIsRejectedWithItsReason(Arguments arguments) {
    RejectedRecord rejected = TestEvents.decode(SCHEMA, arguments.json.getBytes(UTF_8)).rejected();

    assertThat(rejected).isNotNull();
    assertThat(rejected.reason()).isEqualTo(arguments.reason);
    assertThat(rejected.detail()).startsWith(arguments.detail);
    assertThat(rejected.originalBytes()).isEqualTo(arguments.json.getBytes(UTF_8).length);
    assertThat(new Origin(rejected.source(), rejected.partition(), rejected.position(), 1_000))
        .isEqualTo(TestEvents.ORIGIN);
  }

  @Test
  void recordWithoutValueIsRejected() {
    RejectedRecord rejected =
        new JsonEventDecoder(SCHEMA, TestEvents.CLOCK).decode(null, TestEvents.ORIGIN).rejected();

    assertThat(rejected.reason()).isEqualTo(RejectionReason.NULL_VALUE);
    assertThat(rejected.payload()).isNull();
    assertThat(rejected.originalBytes()).isEqualTo(-1);
  }

  @Test
  void largestRecordIsReadAndOneByteMoreIsNot() {
    String frame = TestEvents.json("shop", "\"\"");
    String fill = "x".repeat(RejectedRecord.MAX_PAYLOAD_BYTES - frame.length());
    String largest = TestEvents.json("shop", "\"" + fill + "\"");

    assertThat(text(TestEvents.event(SCHEMA, largest), "shop")).isEqualTo(fill);
    RejectedRecord rejected = TestEvents.decode(SCHEMA, (largest + " ").getBytes(UTF_8)).rejected();
    assertThat(rejected.reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(rejected.detail())
        .isEqualTo("The record has 900001 bytes; an event has at most 900000");
  }

  @Test
  void textIdHasALimit() {
    EventSchema schema =
        TestEvents.schema(
            "name",
            "at",
            TestEvents.AT,
            new EventField("name", FieldType.STRING, false, null, null, null));
    String json = "{\"at\":\"2025-06-01T12:00:00Z\",\"name\":\"%s\"}";

    TestEvents.event(schema, json.formatted("n".repeat(1_000)));
    assertThat(reason(TestEvents.decode(schema, json.formatted("").getBytes(UTF_8))))
        .isEqualTo(RejectionReason.MISSING_FIELD);
    assertThat(reason(TestEvents.decode(schema, json.formatted("n".repeat(1_001)).getBytes(UTF_8))))
        .isEqualTo(RejectionReason.TOO_LARGE);
  }

  static Stream<byte[]> notUtf8() {
    String json = TestEvents.json("shop", "\"é\"");
    return Stream.of(
        json.getBytes(ISO_8859_1),
        json.getBytes(UTF_16BE),
        json.getBytes(UTF_16LE),
        json.getBytes(Charset.forName("UTF-32")),
        new byte[] {0, 0, 0, 0, 0},
        new byte[] {0},
        bytes("{\"a\":\"", 0xC0, 0x80, "\"}"),
        bytes("{\"a\":\"", 0xED, 0xA0, 0x80, "\"}"),
        bytes("{\"a\":\"", 0xF5, 0x80, 0x80, 0x80, "\"}"),
        bytes(0xFE, 0xFF, 0x00, "{"),
        Arrays.copyOf(json.getBytes(UTF_8), json.getBytes(UTF_8).length - 3));
  }

  @ParameterizedTest
  @MethodSource("notUtf8")
  void textThatIsNotUtf8IsMalformed(byte[] value) {
    assertThat(reason(TestEvents.decode(SCHEMA, value))).isEqualTo(RejectionReason.MALFORMED);
  }

  @Test
  void byteOrderMarkOfUtf8IsSkipped() {
    assertThat(TestEvents.event(SCHEMA, "\uFEFF" + TestEvents.json("x", "1"))).isNotNull();
  }

  /** Values of the record before never show in the next one. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"shop\":\"left over\",\"count\":3", "{\"online\":true,\"id\":1}"})
  void decoderForgetsARejectedRecord(String rejected) {
    JsonEventDecoder decoder = new JsonEventDecoder(SCHEMA, TestEvents.CLOCK);

    assertThat(decoder.decode(rejected.getBytes(UTF_8), TestEvents.ORIGIN).event()).isNull();
    assertThat(
            decoder
                .decode(TestEvents.json("amount", "0").getBytes(UTF_8), TestEvents.ORIGIN)
                .event())
        .isEqualTo(TestEvents.sparse());
  }

  /** Whatever comes, the decoder answers. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void spoiledBytesNeverThrow(long seed) {
    Random random = new Random(seed);
    JsonEventDecoder decoder = new JsonEventDecoder(SCHEMA, TestEvents.CLOCK);
    byte[] valid = EventJson.bytes(SCHEMA, TestEvents.full());
    for (int run = 0; run < 10_000; run++) {
      byte[] value = Arrays.copyOf(valid, random.nextInt(valid.length + 20));
      for (int spoil = random.nextInt(6); spoil > 0 && value.length > 0; spoil--) {
        int at = random.nextInt(value.length);
        value[at] =
            random.nextBoolean()
                ? (byte) random.nextInt(256)
                : (byte) "{}[]\",:\\0e-.N\0".charAt(random.nextInt(14));
      }
      Ingested ingested = decoder.decode(value, TestEvents.ORIGIN);

      assertThat(ingested).as("seed %d, run %d", seed, run).isNotNull();
    }
  }

  private static byte[] bytes(Object... parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part instanceof Integer code ? String.valueOf((char) (int) code) : part);
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private static @Nullable RejectionReason reason(Ingested ingested) {
    RejectedRecord rejected = ingested.rejected();
    return rejected == null ? null : rejected.reason();
  }

  private static @Nullable String text(@Nullable Event event, String field) {
    assertThat(event).isNotNull();
    return EventFields.text(SCHEMA, SCHEMA.fieldIndex(field), event);
  }
}
