package io.tidemark.cli;

import io.tidemark.cli.cluster.Cluster;
import io.tidemark.cli.cluster.FlinkClient;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Flink's own client. */
@Command(
    name = "flink",
    description = {
      "Call Flink's own client on the cluster of 'tidemark cluster up'.",
      "All arguments are Flink's, from its own command on (run, list, stop, cancel, savepoint, info)."
          + " A job finds the cluster's broker in TIDEMARK_BOOTSTRAP_SERVERS."
    },
    footer =
        "  tidemark flink run -d -c io.tidemark.jobs.ScoringJob jobs/target/tidemark-jobs.jar"
            + " --model card_fraud")
final class FlinkCommand implements Callable<Integer> {
  @Mixin private ClusterCommand.Place place;

  @Parameters(arity = "1..*", paramLabel = "ARGUMENT", description = "For Flink's client.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws Exception {
    Cluster cluster = Cluster.running(place.folder());
    return FlinkClient.of(cluster).run(arguments);
  }
}
