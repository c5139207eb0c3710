package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @ValueSource(strings = {"P7D", "PT1H", "PT0.002S", "PT0S", "P1DT12H", "PT1M30S", "-PT5S"})
  void iso8601InUpperCaseIsRead(String text) {
    assertThat(Durations.parse(text)).contains(Duration.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "P",
        "PT",
        "P1DT",
        "p7d",
        "7d",
        "P1W",
        "P1M",
        "P1Y",
        "PT1,5S",
        "P1.5D",
        "PT1H ",
        "PT99999999999999999999S"
      })
  void everythingElseIsNot(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "7d, P7D",
    "7 days, P7D",
    "1w, P7D",
    "30s, PT30S",
    "10 min, PT10M",
    "15m, PT15M",
    "2h, PT2H",
    "350ms, PT0.35S",
    "1.5h, PT1H30M",
    "pt1h, PT1H",
    "P7d, P7D"
  })
  void spokenFormIsUnderstood(String spoken, String iso) {
    assertThat(Durations.guess(spoken).map(Durations::format)).contains(iso);
  }

  @ParameterizedTest
  @CsvSource({"PT168H, P7D", "PT24H, P1D", "PT25H, PT25H", "PT0S, PT0S", "PT90S, PT1M30S"})
  void wholeDaysAreWrittenAsDays(String duration, String written) {
    assertThat(Durations.format(Duration.parse(duration))).isEqualTo(written);
  }
}
