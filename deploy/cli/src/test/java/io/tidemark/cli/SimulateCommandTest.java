package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
  @TempDir private Path folder;

  @Test
  void sameArgumentsWriteTheSameFile() throws Exception {
    Path first = folder.resolve("first.csv");
    Path second = folder.resolve("second.csv");
    Execution execution = simulate(first, "--seed", "9", "--first-day", "2026-02-28");
    simulate(second, "--seed", "9", "--first-day", "2026-02-28");

    List<String> lines = Files.readAllLines(first);
    assertThat(execution.exitCode()).isZero();
    assertThat(execution.err()).isEmpty();
    assertThat(execution.out())
        .startsWith(lines.size() - 1 + " payments in " + first)
        .hasLineCount(1);
    assertThat(lines.get(1)).startsWith("0,2026-02-28T");
    assertThat(lines.get(lines.size() - 1)).contains(",2026-03-01T");
    assertThat(second).hasSameTextualContentAs(first);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--days 0 | --days must be at least 1, but is 0",
        "--customers 0 | --customers must be between 1 and 10000000, but is 0",
        "--terminals -5 | --terminals must be between 1 and 10000000, but is -5",
        "--first-day today | 'today' is not a date such as 2025-01-31",
        "--out missing/out.csv | there is no folder",
        "--out . | is a folder. Name a file."
      })
  void wrongArgumentIsNamedAndNothingIsWritten(String arguments, String message) {
    Path out = folder.resolve("out.csv");
    String named = arguments.contains("--out") ? arguments : arguments + " --out " + out;
    Execution wrong = Execution.of(("simulate " + named).split(" "));

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err().lines().findFirst().orElseThrow())
        .startsWith("tidemark simulate: ")
        .contains(message);
    assertThat(folder).isEmptyDirectory();
  }

  private static Execution simulate(Path out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("simulate", "--customers", "100", "--terminals", "50", "--days", "2"));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    return Execution.of(args.toArray(String[]::new));
  }
}
