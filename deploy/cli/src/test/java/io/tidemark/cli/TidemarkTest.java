package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class TidemarkTest {
  @Test
  void aloneItListsTheCommands() {
    Execution alone = Execution.of();

    assertThat(alone.exitCode()).isZero();
    assertThat(alone.out()).contains("Commands:", "check", "simulate", "Exit codes:");
    assertThat(alone.err()).isEmpty();
    assertThat(Execution.of("--help")).isEqualTo(alone);
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    assertThat(Tidemark.commandLine().getSubcommands().keySet())
        .isNotEmpty()
        .allSatisfy(
            command -> {
              Execution help = Execution.of(command, "--help");
              assertThat(help.exitCode()).isZero();
              assertThat(help.out())
                  .contains("Usage: tidemark " + command, "Example:\n  tidemark " + command);
            });
  }

  @Test
  void versionIsThatOfTheBuild() {
    assertThat(Execution.of("--version").out()).matches("(?s)tidemark \\d+\\.\\d+\\.\\d+.*Java .*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chek", "--chek", "check --nothing", "simulate", "simulate --days x"})
  void wrongUsageIsOneLineAndAShortSynopsis(String arguments) {
    Execution wrong = Execution.of(arguments.split(" "));

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err())
        .startsWith("tidemark")
        .contains("Usage: tidemark")
        .containsPattern("Try 'tidemark.* --help'.")
        .doesNotContain("Options:", "\tat ");
  }

  @Test
  void moreThanMemoryHoldsIsOneLineWithTheRemedy() {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Tidemark.commandLine()
            .addSubcommand("greedy", new Greedy())
            .setErr(new PrintWriter(err, true));

    assertThat(commandLine.execute("greedy")).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .matches("tidemark: it takes more memory .* \\d+ MiB\\. .*TIDEMARK_JAVA_OPTS=-Xmx4g");
  }

  @Command(name = "greedy")
  private static final class Greedy implements Runnable {
    @Override
    public void run() {
      throw new OutOfMemoryError("all of it");
    }
  }

  @Test
  void debugShowsTheStackTrace() {
    assertThat(Execution.of("check", "--debug", "missing").err()).contains("\tat io.tidemark.cli");
  }
}
