package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what it stands in for: Jackson, and the texts of Java's own types. */
class JsonBufferTest {
  private final JsonBuffer json = new JsonBuffer();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "17",
        "a \"b\" \\ /",
        "tab\tline\nbell\u0007null\0",
        "é €",
        "~\u007f",
        "ends in \""
      })
  void textIsQuotedAsJacksonDoes(String text) throws IOException {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(expected)) {
      generator.writeString(text);
    }

    assertThat(text(json.text(text))).isEqualTo(expected.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "2024-02-29T12:34:56.007Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.990Z",
        "+10000-01-01T00:00:00Z",
        "-0001-12-31T00:00:00Z"
      })
  void timeIsSpelledAsAnInstantIs(String time) {
    assertThat(text(json.time(Instant.parse(time).toEpochMilli()))).isEqualTo('"' + time + '"');
  }

  @Test
  void everyTimeIsSpelledAsAnInstantIs() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 10_000; i++) {
      // Some on the same day, some whole seconds.
      long millis = random.nextLong(-5, 50) * 86_400_000 + random.nextLong(-90_000, 90_000);
      long time = i % 2 == 0 ? millis : millis * 1_000;
      assertThat(text(json.time(time)))
          .isEqualTo('"' + Instant.ofEpochMilli(time).toString() + '"');
    }
  }

  @Test
  void numberIsSpelledAsADoubleIsAndNothingElseIsANumber() {
    for (double value : new double[] {0, -0.0, 0.25, 1e-5, 1e15, Double.MAX_VALUE}) {
      assertThat(text(json.number(value))).isEqualTo(Double.toString(value));
    }
    assertThat(text(json.number(Double.NEGATIVE_INFINITY))).isEqualTo("\"-Infinity\"");
  }

  /** Which Jackson would spell in twelve characters. */
  @Test
  void charactersBeyondTheFirstPlaneAreUtf8() {
    assertThat(text(json.text("😀"))).isEqualTo("\"😀\"");
  }

  @Test
  void growsAndBeginsAnew() {
    String longText = "x".repeat(5_000);

    assertThat(text(json.text(longText))).hasSize(5_002);
    assertThat(text(json.add('{').add('}'))).isEqualTo("{}");
  }

  private static String text(JsonBuffer buffer) {
    return new String(buffer.take(), UTF_8);
  }
}
