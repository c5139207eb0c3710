package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Pii;
import io.tidemark.jobs.sink.RejectedJson;
import io.tidemark.jobs.sink.RejectedRecords;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLettersTest {
  private static final EventSchema SCHEMA = TestEvents.SCHEMA;

  /** Ways to spoil a record that holds a personal value; each yields the whole record. */
  private static final List<BiFunction<String, Random, byte[]>> SPOILED =
      List.of(
          // Not readable to its end.
          (who, random) -> {
            String json = spoiled("amount", "1", who);
            int from = json.indexOf(who) + who.length();
            return utf8(json.substring(0, from + random.nextInt(json.length() - from)));
          },
          (who, random) -> utf8(spoiled("amount", "1", who) + who),
          (who, random) -> utf8(who + spoiled("amount", "1", who)),
          (who, random) -> utf8(spoiled("amount", "1", who) + spoiled("amount", "1", who)),
          (who, random) -> utf8(spoiled("amount", "1", who) + "\0" + who),
          (who, random) -> utf8(spoiled("shop", "\"\0\"", who)),
          (who, random) -> utf8(spoiled("shop", "\"\\ud800\"", who)),
          (who, random) -> append(utf8(spoiled("shop", "\"" + who, who)), 0xFF),
          (who, random) -> spoiled("amount", "1", who).getBytes(UTF_16LE),
          (who, random) -> utf8("customer=" + who),
          (who, random) -> utf8("7,2025-06-01T12:00:00Z," + who + ",12.5"),
          // No object.
          (who, random) -> utf8("\"" + who + "\""),
          (who, random) -> utf8("[" + spoiled("amount", "1", who) + "]"),
          (who, random) -> utf8("[\"" + who + "\"]"),
          (who, random) -> utf8(digits(random)),
          // The personal field itself is wrong.
          (who, random) -> utf8(TestEvents.json("customer", "{\"name\":\"" + who + "\"}")),
          (who, random) -> utf8(TestEvents.json("customer", "[\"" + who + "\",1]")),
          (who, random) -> utf8(TestEvents.json("card", "\"" + who + "\"")),
          (who, random) -> utf8(TestEvents.json("card", digits(random) + digits(random))),
          (who, random) -> utf8(TestEvents.json("card", digits(random) + ".5")),
          (who, random) -> utf8(TestEvents.json("card", "9" + digits(random))),
          (who, random) -> utf8(spoiled("customer", "\"" + who + "\"", who)),
          (who, random) -> utf8(spoiled("amount", "-1", who).replace("customer", "\\u0063ustomer")),
          // Another name, or another place.
          (who, random) -> utf8(spoiled("amount", "1", who).replace("customer", "custmer")),
          (who, random) ->
              utf8(spoiled("amount", "-1", who).replace("}", ",\"x\":\"" + who + "\"}")),
          (who, random) -> utf8(TestEvents.json("shop", "{\"customer\":\"" + who + "\"}")),
          (who, random) -> utf8(TestEvents.json("shop", "{\"by\":[\"" + who + "\"]}")),
          (who, random) -> utf8(TestEvents.json("amount", "[\"" + who + "\"]")),
          // Something else is wrong.
          (who, random) -> utf8(spoiled("amount", "\"dear\"", who)),
          (who, random) -> utf8(spoiled("amount", "NaN", who)),
          (who, random) -> utf8(spoiled("amount", "null", who)),
          (who, random) -> utf8(spoiled("count", "-6", who)),
          (who, random) -> utf8(spoiled("at", "\"1970-01-01T00:00:00Z\"", who)),
          (who, random) -> utf8(spoiled("at", "\"2100-01-01T00:00:00Z\"", who)));

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void personalValuesNeverShow(int seed) {
    Random random = new Random(seed);
    for (int kind = 0; kind < SPOILED.size(); kind++) {
      byte[] value = SPOILED.get(kind).apply(person(random), random);
      RejectedRecord rejected = TestEvents.decode(SCHEMA, value).rejected();

      assertThat(rejected).as("seed %d, kind %d is rejected", seed, kind).isNotNull();
      assertNothingOf(value, rejected, "seed " + seed + ", kind " + kind);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void personalValuesOfRowsNeverShow(int seed) {
    Random random = new Random(seed);
    List<String> header = List.of("id", "at", "customer", "amount", "card", "alias");
    for (int spoil = 0; spoil < header.size() + 2; spoil++) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  "7",
                  "2025-06-01T12:00:00Z",
                  person(random),
                  "12.5",
                  "453914880",
                  person(random)));
      if (spoil == header.size()) {
        row.remove(random.nextInt(row.size()));
      } else if (spoil > header.size()) {
        row.add(person(random));
      } else {
        row.set(spoil, spoil == 2 ? "" : spoil == 4 ? person(random) : "wrong");
      }
      RejectedRecord rejected =
          new CsvEventDecoder(SCHEMA, TestEvents.CLOCK, header)
              .decode(row, TestEvents.ORIGIN)
              .rejected();

      if (spoil < 5) {
        assertThat(rejected).as("seed %d, column %d is rejected", seed, spoil).isNotNull();
      }
      if (rejected != null) {
        assertNothingOf(utf8(row.toString()), rejected, "seed " + seed + ", column " + spoil);
      }
    }
  }

  @Test
  void personalIdAndTimeNeverShow() {
    EventSchema schema =
        TestEvents.schema(
            "id",
            "at",
            new EventField("id", FieldType.STRING, false, null, null, Pii.HMAC),
            new EventField("at", FieldType.TIMESTAMP, false, null, null, Pii.MASK));
    String json = "{\"id\":\"%s\",\"at\":\"%s\"}";
    Event event = TestEvents.event(schema, json.formatted("ABC123ABC123", "2025-06-01T12:00:00Z"));

    RejectedRecord duplicate = RejectedRecord.duplicate(schema, event);
    assertThat(duplicate.reason()).isEqualTo(RejectionReason.DUPLICATE_ID);
    assertThat(shown(duplicate)).doesNotContain("ABC123").doesNotContain("2025-06-01");
    for (String time : List.of("1970-06-07T12:00:00Z", "2100-06-07T12:00:00Z", "1234-12-34T")) {
      RejectedRecord rejected =
          TestEvents.decode(schema, utf8(json.formatted("ABC123ABC123", time))).rejected();
      assertThat(shown(rejected)).doesNotContain("ABC123").doesNotContain(time.substring(0, 7));
    }
  }

  @Test
  void duplicateHasItsEventWithoutPersonalValues() {
    RejectedRecord duplicate = RejectedRecord.duplicate(SCHEMA, TestEvents.full());

    assertThat(duplicate.detail())
        .isEqualTo("An event with id '9007199254740993' was accepted before");
    assertThat(duplicate.form()).isEqualTo(RejectedRecord.Form.MASKED);
    assertThat(new String(duplicate.payload(), UTF_8))
        .isEqualTo(
            """
            {"id":9007199254740993,"at":"2025-06-01T10:00:00.250Z","customer":"***","amount":0.1,\
            "count":-5,"card":"***","online":true,"shop":""}""");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"customer\":\"C\",\"amount\":-1.50}    | {\"customer\":\"***\",\"amount\":-1.50}",
        "{\"amount\":NaN, \"amount\":1e2}         | {\"amount\":NaN,\"amount\":1e2}",
        "{\"x\":1,\"amount\":1e99999999999,\"id\":\"\"} | {\"x\":\"***\",\"amount\":1e99999999999,\"id\":\"\"}",
        "{\"x\":{\"y\":1},\"online\":null}        | {\"x\":\"***\",\"online\":null}",
        "{\"shop\":\"\\u0041\\n\",\"card\":null}  | {\"shop\":\"A\\n\",\"card\":\"***\"}",
        "{\"id\":[1],\"count\":12345678901234567890} | {\"id\":\"***\",\"count\":12345678901234567890}",
      })
  void restOfAMaskedObjectStandsAsItWas(String json, String masked) {
    RejectedRecord rejected = TestEvents.decode(SCHEMA, utf8(json)).rejected();

    assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.MASKED);
    assertThat(rejected.sha256()).isEmpty();
    assertThat(new String(rejected.payload(), UTF_8)).isEqualTo(masked);
  }

  @Test
  void recordsOfAContractThatNamesNobodyAreKeptByteForByte() {
    EventSchema schema = TestEvents.schema("id", "at", TestEvents.ID, TestEvents.AT);
    for (byte[] value : List.of(utf8("{ \"id\" :"), append(utf8("\0x"), 0xFF), utf8(""))) {
      RejectedRecord rejected = TestEvents.decode(schema, value).rejected();

      assertThat(rejected.payload()).isEqualTo(value);
      assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.ORIGINAL);
      assertThat(rejected.sha256()).isEmpty();
    }
  }

  @Test
  void largeRecordIsCutAndHasItsDigest() {
    EventSchema schema = TestEvents.schema("id", "at", TestEvents.ID, TestEvents.AT);
    byte[] value = utf8("a".repeat(1_000_000));
    RejectedRecord rejected = TestEvents.decode(schema, value).rejected();

    assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.TRUNCATED);
    assertThat(rejected.payload()).hasSize(900_000);
    assertThat(rejected.originalBytes()).isEqualTo(1_000_000);
    assertThat(rejected.sha256())
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  @Test
  void largeRecordWithAPersonIsMaskedBeforeItIsCut() {
    String many = "\"x\":1,".repeat(150_000);
    RejectedRecord rejected =
        TestEvents.decode(SCHEMA, utf8("{" + many + "\"customer\":\"ABC123ABC123\"}")).rejected();

    assertThat(rejected.reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.TRUNCATED);
    assertThat(rejected.sha256()).isEmpty();
    assertThat(new String(rejected.payload(), UTF_8)).startsWith("{\"x\":\"***\",\"x\":\"***\"");
  }

  /** Every run of eight characters of a word in the record that is a person. */
  private static void assertNothingOf(byte[] value, RejectedRecord rejected, String description) {
    String shown = shown(rejected);
    String original = new String(value, UTF_8).replace("\0", "");
    for (String word : original.split("[^A-Z0-9]+")) {
      for (int i = 0; i + 8 <= word.length(); i++) {
        assertThat(shown).as(description).doesNotContain(word.substring(i, i + 8));
      }
    }
    assertThat(rejected.sha256()).as(description).isEmpty();
  }

  /** Everything that leaves the job, as a record of Kafka and as a line of a file. */
  private static String shown(RejectedRecord rejected) {
    ProducerRecord<byte[], byte[]> record =
        new RejectedRecords("rejected").serialize(rejected, null, null);
    StringBuilder shown = new StringBuilder();
    record
        .headers()
        .forEach(header -> shown.append(new String(header.value(), UTF_8)).append('\n'));
    byte[] payload = record.value();
    shown.append(payload == null ? "" : new String(payload, UTF_8)).append('\n');
    new RejectedJson().append(rejected, shown);
    return shown.toString();
  }

  private static String spoiled(String name, String value, String who) {
    return TestEvents.json(name, value).replace("\"C1\"", "\"" + who + "\"")
        + (name.equals("customer") ? TestEvents.json("customer", "\"" + who + "\"") : "");
  }

  /** Capitals and digits, which nothing else in the records has eight of, and other characters. */
  private static String person(Random random) {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    StringBuilder person = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      person.append(letters.charAt(random.nextInt(letters.length())));
    }
    String[] tails = {"", "é", " 😀", "\\n", "\\u0041", "\\\""};
    return person + tails[random.nextInt(tails.length)];
  }

  private static String digits(Random random) {
    return String.valueOf(1_000_000_000_000_000L + random.nextLong(1_000_000_000_000_000L));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] append(byte[] bytes, int last) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes);
    out.write(last);
    return out.toByteArray();
  }
}
