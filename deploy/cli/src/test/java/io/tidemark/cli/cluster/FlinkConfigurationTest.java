package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkConfigurationTest {
  private static final Path TEMPLATE = Path.of("..", "local");

  @TempDir private Path root;
  private ClusterFolder folder = new ClusterFolder(Path.of(""));

  @BeforeEach
  void createFolder() throws IOException {
    folder = new ClusterFolder(root);
    folder.create();
  }

  @Test
  void flinkReadsBackWhatStandsInTheCheckoutAndWhatIsTheClustersOwn() throws Exception {
    write("127.0.0.1:2181", Map.of("execution.checkpointing.interval", "3 s"));

    assertThat(written())
        .containsEntry("rest.port", "4002")
        .containsEntry("jobmanager.rpc.port", "4001")
        .containsEntry("taskmanager.numberOfTaskSlots", "4")
        .containsEntry("state.backend.type", "rocksdb")
        .containsEntry("web.submit.enable", "false")
        .containsEntry("high-availability.type", "zookeeper")
        .containsEntry("high-availability.zookeeper.quorum", "127.0.0.1:2181")
        .containsEntry("execution.checkpointing.interval", "3 s")
        .containsEntry(
            "execution.checkpointing.dir",
            folder.state().resolve("checkpoints").toUri().toString());
  }

  @Test
  void withoutZooKeeperThereIsNoHighAvailability() throws Exception {
    write(null, Map.of());

    assertThat(written())
        .doesNotContainKeys("high-availability.type", "high-availability.cluster-id");
  }

  @Test
  void processesGetTheirShareOfMemoryAndWhatIsTheirOwn() throws Exception {
    FlinkConfiguration flink =
        write(
            null,
            Map.of(
                "taskmanager.memory.process.size", "2g", "jobmanager.memory.process.size", "1g"));

    assertThat(flink.jobManagerOptions()).contains("-Xmx469762048");
    assertThat(flink.taskManagerOptions()).anyMatch(option -> option.startsWith("-Xmx"));
    assertThat(flink.taskManagerArguments("taskmanager-7", "127.0.0.1:4003", 4004))
        .startsWith("--configDir", folder.conf().toString(), "-D")
        .contains(
            "taskmanager.resource-id=taskmanager-7",
            "taskmanager.rpc.port=4003",
            "metrics.reporter.prom.port=4004");
    assertThat(flink.jobManagerArguments("127.0.0.1:4005", 4006))
        .contains("rest.bind-port=4005", "metrics.reporter.prom.port=4006");
  }

  @Test
  void memoryThatCannotBeDividedIsOneMessage() throws Exception {
    FlinkConfiguration flink = write(null, Map.of("taskmanager.memory.process.size", "100m"));

    assertThatThrownBy(flink::taskManagerOptions)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("A task manager's memory cannot be divided: ");
  }

  private FlinkConfiguration write(@Nullable String zookeeper, Map<String, String> flink)
      throws IOException {
    ClusterSettings settings = new ClusterSettings(2, 4, 1, zookeeper != null, 1, null, flink);
    return FlinkConfiguration.write(TEMPLATE, folder, settings, zookeeper, 4001, 4002);
  }

  private Map<String, String> written() {
    Configuration read = GlobalConfiguration.loadConfiguration(folder.conf().toString());
    assertThat(Files.exists(folder.conf().resolve("config.yaml"))).isTrue();
    return read.toMap();
  }
}
