package io.tidemark.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a cluster: where everything is, and which processes it consists of. It lies in
 * {@code cluster.json}, which one process at a time writes: the command that starts the cluster,
 * then its supervisor.
 *
 * @param format of the file
 * @param bootstrapServers of Kafka, {@code host:port}
 * @param restUrl of Flink, which is also its web interface
 * @param zookeeper {@code host:port}, null without high availability
 * @param prometheusUrl null where it does not run
 * @param alertmanagerUrl null where it does not run
 * @param conf folder of the configuration, Flink's {@code FLINK_CONF_DIR}
 * @param logs folder of the logs
 * @param taskManagers how many there are to be
 * @param ended whether the cluster was ended in good order, and what it wrote was kept
 * @param supervisor the process that looks after all others
 */
public record ClusterState(
    int format,
    String bootstrapServers,
    String restUrl,
    @Nullable String zookeeper,
    @Nullable String prometheusUrl,
    @Nullable String alertmanagerUrl,
    String conf,
    String logs,
    int taskManagers,
    boolean ended,
    ProcessId supervisor,
    List<ProcessState> processes) {
  static final int FORMAT = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public ClusterState {
    processes = List.copyOf(processes);
  }

  /**
   * The state in a folder, empty if no cluster was started there.
   *
   * @throws IOException if the file cannot be read, or is of another release
   */
  static Optional<ClusterState> read(ClusterFolder folder) throws IOException {
    Path file = folder.stateFile();
    try {
      ClusterState state = JSON.readValue(Files.readAllBytes(file), ClusterState.class);
      if (state.format != FORMAT) {
        throw new IOException(
            file
                + " has format "
                + state.format
                + ", but this release reads "
                + FORMAT
                + ". End the cluster with the release that started it.");
      }
      return Optional.of(state);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is not a cluster's state: " + e.getOriginalMessage() + ". Remove the folder.",
          e);
    }
  }

  /** Replaces the file as a whole: whoever reads it meanwhile gets the old one or this. */
  void write(ClusterFolder folder) throws IOException {
    Path part = folder.root().resolve(ClusterFolder.STATE_FILE + ".part");
    Files.writeString(part, json() + "\n");
    Files.move(part, folder.stateFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  String json() throws JsonProcessingException {
    return JSON.writeValueAsString(this);
  }

  ClusterState with(boolean hasEnded, ProcessId newSupervisor, List<ProcessState> newProcesses) {
    return new ClusterState(
        format,
        bootstrapServers,
        restUrl,
        zookeeper,
        prometheusUrl,
        alertmanagerUrl,
        conf,
        logs,
        taskManagers,
        hasEnded,
        newSupervisor,
        newProcesses);
  }

  /** All processes that should be running and are, the supervisor left out. */
  List<ProcessHandle> alive() {
    return processes.stream()
        .map(ProcessState::process)
        .map(ProcessId::find)
        .flatMap(Optional::stream)
        .toList();
  }
}
