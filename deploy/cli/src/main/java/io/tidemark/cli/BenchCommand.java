package io.tidemark.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measures what Tidemark costs. */
@Command(
    name = "bench",
    description = "Measure what Tidemark costs on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchWindowsCommand.class,
      BenchPipelineCommand.class,
      BenchScoringCommand.class,
      BenchCheckCommand.class
    },
    footer = "  tidemark bench windows --quick")
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
