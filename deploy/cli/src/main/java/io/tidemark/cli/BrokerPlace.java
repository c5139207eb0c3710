package io.tidemark.cli;

import io.tidemark.cli.cluster.Cluster;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker a command talks to. */
final class BrokerPlace {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers, separated by commas. Default: that of the running cluster.")
  private @Nullable String bootstrapServers;

  @Mixin private ClusterCommand.Place place = new ClusterCommand.Place();

  /**
   * @throws IOException if none is named and no cluster is running
   */
  String bootstrapServers() throws IOException {
    return bootstrapServers != null
        ? bootstrapServers
        : Cluster.running(place.folder()).state().bootstrapServers();
  }
}
