package io.tidemark.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointForecastTest {
  private final CheckpointForecast forecast = new CheckpointForecast();

  @Test
  void theNextIsAsFarAwayAsTheOneBefore() {
    assertThat(forecast.next(1_000, 1_005)).isEmpty();
    assertThat(forecast.next(11_000, 11_005)).hasValue(21_005);
    assertThat(forecast.next(16_000, 16_005)).hasValue(21_005);
  }

  @Test
  void oneThatWasHeldUpSaysNothingOfTheNext() {
    forecast.next(1_000, 1_005);
    assertThat(forecast.next(11_000, 11_800)).hasValue(21_005);
  }

  @Test
  void theClockThatTriggersMayGoAhead() {
    forecast.next(61_000, 1_000);
    assertThat(forecast.next(71_000, 11_000)).hasValue(21_000);
  }
}
