package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way of reading a time against java.time itself. */
class EventTimeTextTest {
  private static final int RUNS = 20_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2018-04-01T00:00:31Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2024-02-29T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2018-04-31T00:00:00Z",
        "2018-00-01T00:00:00Z",
        "2018-13-01T00:00:00Z",
        "2018-01-00T00:00:00Z",
        "2018-01-01T24:00:00Z",
        "2018-01-01T23:60:00Z",
        "2018-12-31T23:59:60Z",
        "2018-04-01t00:00:31z",
        "2018-04-01 00:00:31Z",
        "2018-04-01T00:00:31z",
        "2018-04-01T00:00:3٣Z",
        "-018-04-01T00:00:31Z",
        "+018-04-01T00:00:31Z",
        "2018-4-001T00:00:31Z",
        "2018-04-01T00:00+01Z",
        "2018-04-01T00:00:31",
        "2018-04-01T00:00Z",
        "2018-04-01T00:00:00.1234567890Z",
        "1969-12-31T23:59:59.9999Z",
        "2018-04-01T00:00:31+18:00",
        "2018-04-01T00:00:31+18:01",
        "+999999999-12-31T23:59:59Z",
        "",
        "Z"
      })
  void specialTextsReadAsJavaReadsThem(String text) {
    assertThat(read(text)).as(text).isEqualTo(expected(text));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomTextsReadAsJavaReadsThem(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      StringBuilder text =
          new StringBuilder(
              "%04d-%02d-%02dT%02d:%02d:%02dZ"
                  .formatted(
                      random.nextInt(10_000),
                      random.nextInt(14),
                      random.nextInt(33),
                      random.nextInt(25),
                      random.nextInt(61),
                      random.nextInt(61)));
      if (random.nextInt(4) == 0) {
        text.setCharAt(random.nextInt(20), "0123456789-:TZtz+. ".charAt(random.nextInt(19)));
      }
      assertThat(read(text.toString()))
          .as("seed %d: %s", seed, text)
          .isEqualTo(expected(text.toString()));
    }
  }

  /** Null for a text that is no time. */
  private static @Nullable Long read(String text) {
    try {
      return EventBuilder.parseMillis(text);
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static @Nullable Long expected(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }
}
