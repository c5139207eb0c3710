package io.tidemark.cli;

import io.tidemark.cli.cluster.Checkout;
import io.tidemark.cli.cluster.Cluster;
import io.tidemark.cli.cluster.ClusterSettings;
import io.tidemark.cli.cluster.ClusterState;
import io.tidemark.contract.Contracts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a cluster. */
@Command(
    name = "up",
    description = {
      "Start a cluster; returns when it takes jobs.",
      "Creates the topics of all contracts: events, rejected and late ones, and the scores of each"
          + " model as NAME_scores. The cluster lives until 'tidemark cluster down'."
    },
    footer = "  tidemark cluster up --ha --task-managers 3")
final class ClusterUpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterCommand.Place place;

  @Option(
      names = "--task-managers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Processes that do the work. Default: ${DEFAULT-VALUE}.")
  private int taskManagers;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Slots of each of them, which is also the parallelism of jobs that name none. Default:"
              + " ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--ha",
      description = "With a ZooKeeper, by which jobs survive their job manager.")
  private boolean highAvailability;

  @Option(
      names = "--job-managers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Processes that lead; all but one stand by. Default: ${DEFAULT-VALUE}.")
  private int jobManagers;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "2",
      description = "Partitions of every topic. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = "Where Alertmanager sends alerts to. Default: http://127.0.0.1:9095.")
  private @Nullable String webhook;

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description =
          "Folder of contracts. Without it: those of the checkout you are in, or else those that"
              + " are part of this program.")
  private @Nullable Path contracts;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting of Flink's, which goes before that in deploy/local/config.yaml.")
  private Map<String, String> flink = Map.of();

  @Override
  public Integer call() throws Exception {
    ClusterSettings settings = settings();
    Set<String> topics = topics(ContractsFolder.read(contracts, spec));
    PrintWriter err = spec.commandLine().getErr();
    err.println("starting a cluster…");
    err.flush();
    long startNanos = System.nanoTime();
    Cluster cluster = Cluster.up(Checkout.find(), place.folder(), settings, topics, err);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    print(cluster.state(), String.join(", ", topics), seconds);
    return CommandLine.ExitCode.OK;
  }

  private ClusterSettings settings() {
    try {
      return new ClusterSettings(
          taskManagers, slots, jobManagers, highAvailability, partitions, webhook, flink);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
    }
  }

  private static Set<String> topics(Contracts contracts) {
    Set<String> topics = new TreeSet<>();
    contracts
        .events()
        .forEach(
            event -> {
              topics.add(event.topic().topic());
              topics.add(event.deadLetter().topic());
              topics.add(event.late().topic());
            });
    contracts.modelNames().forEach(model -> topics.add(model + "_scores"));
    return topics;
  }

  private void print(ClusterState state, String topics, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "the cluster is ready after %.1f s%n", seconds);
    out.printf("  Flink         %s%n", state.restUrl());
    out.printf("  Kafka         %s%n", state.bootstrapServers());
    out.printf("  topics        %s%n", topics);
    if (state.zookeeper() != null) {
      out.printf("  ZooKeeper     %s%n", state.zookeeper());
    }
    out.printf("  Prometheus    %s%n", orWhyNot(state.prometheusUrl()));
    out.printf("  Alertmanager  %s%n", orWhyNot(state.alertmanagerUrl()));
    out.printf("  logs          %s%n", state.logs());
    out.println("End it: tidemark cluster down");
    out.flush();
  }

  private static String orWhyNot(@Nullable String url) {
    return url == null ? "not running: it is not installed (deploy/install-system-packages)" : url;
  }
}
