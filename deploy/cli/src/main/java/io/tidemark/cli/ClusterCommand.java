package io.tidemark.cli;

import io.tidemark.cli.cluster.Checkout;
import io.tidemark.cli.cluster.ClusterFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A cluster of real processes on this machine. */
@Command(
    name = "cluster",
    description = {
      "Run a Flink cluster, with what it needs, on this machine.",
      "Real processes on the loopback interface: Flink's job and task managers, a Kafka broker, with"
          + " --ha a ZooKeeper, and Prometheus and Alertmanager where they are installed. A process"
          + " that dies is started again."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ClusterUpCommand.class, ClusterDownCommand.class, ClusterStatusCommand.class},
    footer = "  tidemark cluster up --ha --task-managers 3")
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Which cluster a command is about. */
  static final class Place {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "Folder of the cluster. Default: deploy/cli/target/cluster of the checkout.")
    private @Nullable Path dir;

    ClusterFolder folder() throws IOException {
      return new ClusterFolder(dir == null ? Checkout.find().defaultClusterFolder() : dir);
    }
  }
}
