package io.tidemark.cli;

import io.tidemark.cli.cluster.Cluster;
import io.tidemark.cli.cluster.ClusterStatus;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the processes of a cluster. */
@Command(
    name = "status",
    description = {"Show the processes of the cluster.", "Exits with 1 when none is running."},
    footer = "  tidemark cluster status --format json")
final class ClusterStatusCommand implements Callable<Integer> {
  /** How the answer is written. */
  enum Format {
    TABLE,
    JSON
  }

  @Spec private CommandSpec spec;
  @Mixin private ClusterCommand.Place place;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TABLE;

  @Override
  public Integer call() throws Exception {
    Cluster cluster = Cluster.running(place.folder());
    ClusterStatus status = ClusterStatus.of(cluster.state(), Instant.now());
    spec.commandLine().getOut().println(format == Format.JSON ? status.json() : status.table());
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }
}
