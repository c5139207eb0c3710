package io.tidemark.cli;

import io.tidemark.cli.bench.BenchResult;
import io.tidemark.cli.bench.check.CheckBench;
import io.tidemark.cli.cluster.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long a pull request waits for its check. */
@Command(
    name = "check",
    description = {
      "Measure how long a check of contracts takes, JVM start and git included.",
      "Generates contracts, commits them to a git repository of its own, changes one, and starts"
          + " `tidemark check` again and again, with 512 MB: all of them against the commit and"
          + " without, and the changed file alone, also among ten."
    },
    footer = "  tidemark bench check")
final class BenchCheckCommand extends BenchRun {
  @Option(
      names = "--contracts",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many, a multiple of ten. Default: ${DEFAULT-VALUE}.")
  private int contracts;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is started after a first time. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "target/bench/check.json",
      description = "JSON file to write. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("");

  @Override
  Path out() {
    return out;
  }

  @Override
  Callable<? extends BenchResult> bench(PrintWriter progress) {
    try {
      String launcher = Checkout.find().root().resolve("deploy/tidemark").toString();
      Path folder = Files.createTempDirectory("tidemark-bench-check");
      return new CheckBench(List.of(launcher), contracts, rounds, folder, progress)::run;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
