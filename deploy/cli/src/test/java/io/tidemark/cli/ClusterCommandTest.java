package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster status --dir DIR",
        "cluster down --dir DIR",
        "flink --dir DIR list",
        "produce --dir DIR --topic tx_events --events EVENTS",
        "consume --dir DIR --topic tx_events"
      })
  void withoutAClusterItIsOneLine(String arguments) throws Exception {
    Path events = Files.writeString(folder.resolve("events.csv"), "");
    Execution without =
        Execution.of(
            arguments
                .replace("DIR", folder.toString())
                .replace("EVENTS", events.toString())
                .split(" "));

    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.out()).isEmpty();
    assertThat(without.err().lines())
        .singleElement()
        .asString()
        .contains("no cluster", folder.toString(), "Start one: tidemark cluster up");
  }

  @ParameterizedTest
  @CsvSource({
    "cluster up --task-managers 0,--task-managers must be from 1 to 32",
    "cluster up --job-managers 2,--job-managers 2: several need --ha",
    "flink,Missing required parameter",
    "flink --nothing list,Unknown option",
    "produce --topic tx_event --events pom.xml,'no event contract is for it. There are contracts"
        + " for [tx_events]'",
    "produce --topic tx_events --events no.csv,no.csv: there is no such file",
    "produce --topic tx_events --events src,--events src: is a folder. Name the files in it",
    "produce --topic tx_events --events pom.xml --shift amout*2,--shift: event transactions has no"
        + " numeric field amout",
    "produce --topic tx_events --events pom.xml --rate -1,--rate must be 0",
    "consume --topic t --max 0,--max must be at least 1",
    "consume --topic t --until-idle PT0S,--until-idle must be longer than zero",
    "consume --topic t --until-idle soon,Invalid value for option '--until-idle'"
  })
  void wrongUsageIsOneMessage(String arguments, String message) {
    Execution wrong = Execution.of(arguments.split(" "));

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains(message).contains("Try 'tidemark").doesNotContain("\tat ");
  }

  @Test
  void everyClusterCommandHasHelpWithAnExample() {
    for (String command : new String[] {"up", "down", "status"}) {
      Execution help = Execution.of("cluster", command, "--help");
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).contains("Example:\n  tidemark cluster " + command);
    }
  }
}
