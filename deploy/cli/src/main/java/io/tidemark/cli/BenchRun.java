package io.tidemark.cli;

import io.tidemark.cli.bench.BenchResult;
import io.tidemark.cli.output.OutputFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A benchmark: its table goes to standard output, its figures to a file. */
abstract class BenchRun implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** The JSON file to write. */
  abstract Path out();

  /**
   * The benchmark that was asked for.
   *
   * @param progress standard error
   * @throws IllegalArgumentException if there is none such
   */
  abstract Callable<? extends BenchResult> bench(PrintWriter progress);

  @Override
  public final Integer call() throws Exception {
    PrintWriter progress = spec.commandLine().getErr();
    Callable<? extends BenchResult> bench;
    try {
      bench = bench(progress);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    Files.createDirectories(out().toAbsolutePath().getParent());
    BenchResult result = bench.call();
    try (OutputFile file = OutputFile.create(out())) {
      result.writeJson(file.writer());
      file.commit();
    }
    result.print(spec.commandLine().getOut());
    progress.println("written to " + out());
    return CommandLine.ExitCode.OK;
  }
}
