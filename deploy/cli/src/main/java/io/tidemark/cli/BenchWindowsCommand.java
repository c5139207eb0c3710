package io.tidemark.cli;

import io.tidemark.cli.bench.BenchResult;
import io.tidemark.cli.bench.WindowsBench;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures windowed features. */
@Command(
    name = "windows",
    description = {
      "Measure windowed features, what bounds them and what could be used instead.",
      "Count and average over 1, 7 and 30 days by customer, on simulated payments. Says on standard"
          + " error what it does, writes a table to standard output and the figures to a file. Every"
          + " answer is checked. All cases together take some 4 GB of memory."
    },
    footer = "  tidemark bench windows --quick --only heap,pass_through")
final class BenchWindowsCommand extends BenchRun {
  @Option(
      names = "--quick",
      description =
          "Fewer days and rounds: two minutes on two cores that do nothing else, and less exact.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "CASE",
      description = "Only these cases, separated by commas. Without it: all.")
  private List<String> only = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides everything about the payments. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "target/bench/windows.json",
      description = "JSON file to write. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("");

  @Override
  Path out() {
    return out;
  }

  @Override
  Callable<? extends BenchResult> bench(PrintWriter progress) {
    return WindowsBench.of(quick, seed, only, progress)::run;
  }
}
