package io.tidemark.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Flink's own command line client, as a process of its own: what a job's {@code main} does, it does
 * with Flink's class path and not with this program's.
 */
public final class FlinkClient {
  /** Where jobs that run on a cluster find its broker. */
  private static final String BOOTSTRAP_SERVERS = "TIDEMARK_BOOTSTRAP_SERVERS";

  private final ClusterFolder folder;
  private final Map<String, String> environment;

  private FlinkClient(ClusterFolder folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  public static FlinkClient of(Cluster cluster) {
    ClusterFolder folder = cluster.folder();
    return new FlinkClient(
        folder,
        Map.of(
            "FLINK_CONF_DIR",
            folder.conf().toString(),
            "FLINK_LIB_DIR",
            folder.flinkLibraries().toString(),
            BOOTSTRAP_SERVERS,
            cluster.state().bootstrapServers()));
  }

  /**
   * Runs it, with this process's input and outputs.
   *
   * @return its exit code
   */
  public int run(List<String> arguments) throws IOException, InterruptedException {
    return await(client(arguments).inheritIO());
  }

  /**
   * Runs it without input.
   *
   * @param output which what it writes is added to
   * @return its exit code
   */
  public int run(List<String> arguments, Path output) throws IOException, InterruptedException {
    return await(
        client(arguments)
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(output.toFile())));
  }

  private ProcessBuilder client(List<String> arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(
            new JavaCommand()
                .option("-Xmx512m")
                .option("-XX:TieredStopAtLevel=1")
                .option("-Djava.io.tmpdir=" + folder.temporary())
                .logging(
                    folder.logs().resolve("client.log"),
                    folder.conf().resolve("log4j-client.properties"))
                .main(
                    folder.flinkLibraries().resolve("*").toString(),
                    "org.apache.flink.client.cli.CliFrontend",
                    arguments));
    builder.environment().putAll(Cluster.ENVIRONMENT);
    builder.environment().putAll(environment);
    return builder;
  }

  private static int await(ProcessBuilder builder) throws IOException, InterruptedException {
    Process client = builder.start();
    try {
      return client.waitFor();
    } catch (InterruptedException e) {
      client.destroy();
      throw e;
    }
  }
}
