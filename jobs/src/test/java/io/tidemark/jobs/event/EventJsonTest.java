package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static final EventSchema SCHEMA = TestEvents.SCHEMA;

  @Test
  void fieldsStandInTheOrderOfTheContractAndNullsAreLeftOut() {
    assertThat(new String(EventJson.bytes(SCHEMA, TestEvents.full()), UTF_8))
        .isEqualTo(
            """
            {"id":9007199254740993,"at":"2025-06-01T10:00:00.250Z","customer":"Zoë \\uD83D\\uDE00",\
            "amount":0.1,"count":-5,"card":4539148803436467,"online":true,"shop":""}""");
    assertThat(new String(EventJson.bytes(SCHEMA, TestEvents.sparse()), UTF_8))
        .isEqualTo("{\"id\":7,\"at\":\"2025-06-01T12:00:00Z\",\"customer\":\"C1\",\"amount\":0.0}");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void eventReadsBackTheSame(long seed) {
    EventSchema schema =
        TestEvents.schema(
            "id",
            "at",
            TestEvents.ID,
            TestEvents.AT,
            new EventField("amount", FieldType.DOUBLE, true, null, null, null),
            new EventField("text", FieldType.STRING, true, null, null, null),
            new EventField("then", FieldType.TIMESTAMP, true, null, null, null));
    Random random = new Random(seed);
    for (int run = 0; run < 2_000; run++) {
      double amount = Double.longBitsToDouble(random.nextLong());
      long now = TestEvents.CLOCK.millis();
      boolean noText = random.nextInt(5) == 0;
      Event event =
          new Event(
              now,
              TestEvents.ORIGIN.timestampMillis(),
              new long[] {
                random.nextLong(),
                now,
                Double.doubleToRawLongBits(Double.isFinite(amount) ? amount : -0.0),
                random.nextLong(Instant.parse("9999-12-31T23:59:59Z").toEpochMilli())
              },
              new long[1],
              new String[] {noText ? null : text(random)});

      assertThat(TestEvents.event(schema, new String(EventJson.bytes(schema, event), UTF_8)))
          .as("seed %d, run %d", seed, run)
          .isEqualTo(event);
    }
  }

  /** Any characters, control characters and those beyond 16 bits among them. */
  private static String text(Random random) {
    return random
        .ints(random.nextInt(8), 0, 0x2_0000)
        .filter(code -> code < 0xD800 || code > 0xDFFF)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
