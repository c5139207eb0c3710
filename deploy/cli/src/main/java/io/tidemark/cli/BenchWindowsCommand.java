package io.tidemark.cli;

import io.tidemark.cli.bench.WindowsBench;
import io.tidemark.cli.bench.WindowsResult;
import io.tidemark.cli.output.OutputFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
final class BenchWindowsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "Fewer days and rounds: under two minutes on two cores, and less exact.")
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
  public Integer call() throws Exception {
    WindowsBench bench = bench();
    Path folder = out.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    WindowsResult result = bench.run();
    try (OutputFile file = OutputFile.create(out)) {
      result.writeJson(file.writer());
      file.commit();
    }
    result.print(spec.commandLine().getOut());
    spec.commandLine().getErr().println("written to " + out);
    return CommandLine.ExitCode.OK;
  }

  private WindowsBench bench() {
    try {
      return WindowsBench.of(quick, seed, only, spec.commandLine().getErr());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
