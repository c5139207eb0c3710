package io.tidemark.cli;

import io.tidemark.cli.bench.BenchResult;
import io.tidemark.cli.bench.scoring.ScoringBench;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures scoring. */
@Command(
    name = "scoring",
    description = {
      "Measure what scoring a record costs in a job, and how long it waits.",
      "Two networks and two ensembles of trees, next to raw inference and to what else is commonly"
          + " written. Says on standard error what it does, writes a table to standard output and"
          + " the figures to a file. Takes some 2 GB of memory."
    },
    footer = "  tidemark bench scoring --quick")
final class BenchScoringCommand extends BenchRun {
  @Option(
      names = "--quick",
      description = "Shorter: about two and a half minutes on two cores, and less exact.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "MODEL",
      description =
          "Only these models, separated by commas: mlp, mlp_wide, trees, trees_300. Without it:"
              + " all.")
  private List<String> only = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "target/bench/scoring.json",
      description = "JSON file to write. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("");

  @Override
  Path out() {
    return out;
  }

  @Override
  Callable<? extends BenchResult> bench(PrintWriter progress) {
    return ScoringBench.of(quick, only, progress)::run;
  }
}
