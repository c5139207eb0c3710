package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChaosCommandTest {
  @ParameterizedTest
  @CsvSource({
    "--minutes=0, minutes must be more than 0",
    "--faults=-1, faults must be from 0 to 1000",
    "--payments=10, payments must be at least 1000",
    "--events=nowhere.csv, nowhere.csv: there is no such file"
  })
  void wrongUsageIsRefusedBeforeAnythingIsStarted(String argument, String message) {
    Execution refused = Execution.of("chaos", argument);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(message).doesNotContain("\tat ");
  }
}
