package io.tidemark.cli;

import io.tidemark.cli.bench.BenchResult;
import io.tidemark.cli.bench.pipeline.PipelineBench;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the whole scoring job. */
@Command(
    name = "pipeline",
    description = {
      "Measure the whole scoring job, Kafka to Kafka.",
      "Simulated payments, all features and a model of a hundred trees; broker and job in processes"
          + " of their own. First at full load, then the latency at parts of it. Says on standard"
          + " error what it does, writes a table to standard output and the figures to a file."
          + " Takes some 3 GB of memory."
    },
    footer = "  tidemark bench pipeline --quick")
final class BenchPipelineCommand extends BenchRun {
  @Option(
      names = "--quick",
      description = "Fewer payments: about seven minutes on two cores, and less exact.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "CASE",
      description =
          "Only these cases, separated by commas: arrival, arrival_without_history, event_time."
              + " Without it: all.")
  private List<String> only = List.of();

  @Option(
      names = "--latency-at",
      split = ",",
      paramLabel = "PERCENT",
      description =
          "At which parts of the full load latencies are measured, separated by commas. Default:"
              + " 10,30,50.")
  private List<Integer> percents = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides everything about the payments. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "target/bench/pipeline.json",
      description = "JSON file to write. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("");

  @Override
  Path out() {
    return out;
  }

  @Override
  Callable<? extends BenchResult> bench(PrintWriter progress) {
    return PipelineBench.of(quick, seed, only, percents, progress)::run;
  }
}
