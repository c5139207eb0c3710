package io.tidemark.cli;

import io.tidemark.cli.cluster.Cluster;
import io.tidemark.cli.cluster.ClusterFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends a cluster. */
@Command(
    name = "down",
    description = {
      "End the cluster and remove all that it wrote.",
      "Also ends what goes on after its supervisor was killed."
    },
    footer = "  tidemark cluster down --keep")
final class ClusterDownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterCommand.Place place;

  @Option(
      names = "--keep",
      description = "Keep what it wrote: logs, topics, checkpoints. A second 'down' removes it.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    ClusterFolder folder = place.folder();
    Cluster cluster =
        Cluster.find(folder)
            .orElseThrow(
                () ->
                    new IOException(
                        "there is no cluster in "
                            + folder.root()
                            + ". Start one: tidemark cluster up"));
    boolean running = cluster.isRunning();
    int orphans = cluster.down(keep);
    PrintWriter out = spec.commandLine().getOut();
    if (orphans > 0) {
      out.printf("%d processes that nobody looked after any more have ended%n", orphans);
    }
    out.printf(
        "%s, %s %s%n",
        running ? "the cluster has ended" : "no cluster was running",
        keep ? "kept" : "removed",
        folder.root());
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
