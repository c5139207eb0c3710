package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A cluster of processes, brought up by the command; {@link #close} ends what is left of it. */
final class TestCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(300);

  private final Path temporary;
  private final ClusterFolder folder;

  private TestCluster(Path temporary, ClusterFolder folder) {
    this.temporary = temporary;
    this.folder = folder;
  }

  /**
   * @param temporary an empty folder
   * @param options of {@code tidemark cluster up}
   */
  static TestCluster up(Path temporary, String options) throws Exception {
    TestCluster cluster =
        new TestCluster(temporary, new ClusterFolder(temporary.resolve("cluster")));
    boolean isUp = false;
    try {
      ForkedTidemark up = cluster.tidemark("cluster up " + options + " --dir " + cluster.root());
      assertThat(up.exit()).as(up.err()).isZero();
      isUp = true;
      return cluster;
    } finally {
      if (!isUp) {
        cluster.close();
      }
    }
  }

  Path root() {
    return folder.root();
  }

  ForkedTidemark tidemark(String arguments) throws Exception {
    return ForkedTidemark.run(temporary, PATIENCE, List.of(arguments.split(" ")));
  }

  ClusterState state() {
    try {
      return ClusterState.read(folder).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it; returns when it was started again. */
  void kill(String name) throws Exception {
    ProcessState before = process(name);
    before.process().find().orElseThrow().destroyForcibly();
    await(
        name + " is started again",
        () -> {
          ProcessState now = process(name);
          return now.restarts() > before.restarts() && now.process().find().isPresent();
        });
  }

  private ProcessState process(String name) {
    return state().processes().stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The one whose slots are taken. */
  String workingTaskManager() {
    for (JsonNode manager : rest("/taskmanagers").path("taskmanagers")) {
      if (manager.path("freeSlots").asInt() == 0) {
        return manager.path("id").asText();
      }
    }
    throw new AssertionError("No task manager works");
  }

  boolean isRunning() {
    JsonNode job = rest("/jobs/overview").path("jobs").path(0);
    JsonNode tasks = job.path("tasks");
    return job.path("state").asText().equals("RUNNING")
        && tasks.path("running").asInt() == tasks.path("total").asInt();
  }

  /** What Flink answers, nothing while it does not. */
  JsonNode rest(String path) {
    ObjectMapper json = new ObjectMapper();
    URI uri = URI.create(state().restUrl() + path);
    try (InputStream answer = uri.toURL().openStream()) {
      return json.readTree(answer);
    } catch (IOException e) {
      return json.createObjectNode();
    }
  }

  void await(String what, BooleanSupplier condition) throws Exception {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError(
            "Not within "
                + PATIENCE
                + ": "
                + what
                + "\n"
                + Files.readString(folder.supervisorLog()));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  @Override
  public void close() throws Exception {
    if (Files.exists(folder.stateFile())) {
      Cluster.find(folder).orElseThrow().down(false);
    }
  }
}
