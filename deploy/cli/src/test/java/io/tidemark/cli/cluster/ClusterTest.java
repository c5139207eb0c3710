package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders, states and supervisors, with processes that only sleep. */
@Timeout(120)
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path temporary;
  private ClusterFolder folder = new ClusterFolder(Path.of(""));

  @BeforeEach
  void createFolder() throws IOException {
    folder = new ClusterFolder(temporary.resolve("cluster"));
    folder.create();
  }

  @Test
  void stateIsReadBackAsItWasWritten() throws Exception {
    ClusterState state =
        state(new ProcessId(17, 18), sleeping("a"), sleeping("b").died("exit code 1"));
    state.write(folder);

    assertThat(ClusterState.read(folder)).contains(state);
  }

  @Test
  void stateOfAnotherReleaseIsRefused() throws Exception {
    state(ProcessId.NONE).write(folder);
    String json = Files.readString(folder.stateFile());
    Files.writeString(folder.stateFile(), json.replace("\"format\" : 1", "\"format\" : 2"));

    assertThatThrownBy(() -> ClusterState.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has format 2, but this release reads 1");

    Files.writeString(folder.stateFile(), "{");
    assertThatThrownBy(() -> ClusterState.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not a cluster's state");
  }

  @Test
  void supervisorStartsAgainWhatDiesAndEndsAllWithItself() throws Exception {
    Process supervisor = startSupervisor(state(ProcessId.NONE, sleeping("a"), sleeping("b")));
    try {
      ClusterState started = await(state -> state.alive().size() == 2);
      ProcessId first = started.processes().get(0).process();

      first.find().orElseThrow().destroyForcibly();
      ClusterState again =
          await(state -> state.alive().size() == 2 && state.processes().get(0).restarts() == 1);

      assertThat(again.processes().get(0).process()).isNotEqualTo(first);
      assertThat(again.processes().get(0).lastDeath()).isEqualTo("exit code 137");
      assertThat(again.processes().get(1)).isEqualTo(started.processes().get(1));
      supervisor.destroy();
      assertThat(supervisor.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(again.alive()).isEmpty();
      assertThat(ClusterState.read(folder).orElseThrow().ended()).isTrue();
    } finally {
      supervisor.destroyForcibly().waitFor();
      Cluster.find(folder).orElseThrow().down(true);
    }
  }

  @Test
  void downEndsWhatAKilledSupervisorLeftAndRemovesTheFolder() throws Exception {
    Process supervisor = startSupervisor(state(ProcessId.NONE, sleeping("a"), sleeping("b")));
    ClusterState started = await(state -> state.alive().size() == 2);
    supervisor.destroyForcibly().waitFor();
    assertThat(started.alive()).hasSize(2);

    int orphans = Cluster.find(folder).orElseThrow().down(false);

    assertThat(orphans).isEqualTo(2);
    assertThat(started.alive()).isEmpty();
    assertThat(folder.root()).doesNotExist();
  }

  @Test
  void statusTellsWhatRunsAndWhatDoesNot() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "600").start();
    try {
      ProcessId id = ProcessId.of(sleep.toHandle());
      ClusterState state =
          state(ProcessId.NONE, sleeping("a").started(id), sleeping("b").died("exit code 1"));

      ClusterStatus status =
          ClusterStatus.of(state, Instant.ofEpochMilli(id.startedAtMillis()).plusSeconds(3_725));

      assertThat(status.table().lines().map(line -> line.replaceAll(" +", " ")))
          .containsExactly(
              "process state pid uptime restarts address",
              "a running " + sleep.pid() + " 1:02:05 0 127.0.0.1:1",
              "b ended - - 1 127.0.0.1:1");
      assertThat(status.json())
          .contains("\"lastDeath\":\"exit code 1\"", "\"role\":\"taskmanager\"");
    } finally {
      sleep.destroyForcibly().waitFor();
    }
  }

  @Test
  void aFolderOfSomebodyElseIsLeftAlone() throws Exception {
    Path file = folder.root().resolve("thesis.txt");
    Files.writeString(file, "years of work");

    assertThatThrownBy(this::up)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty, and not a cluster's");
    assertThat(file).exists();
  }

  @Test
  void twoClustersDoNotShareAFolder() throws Exception {
    state(ProcessId.of(ProcessHandle.current())).write(folder);

    assertThatThrownBy(this::up)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a cluster is running in")
        .hasMessageContaining("tidemark cluster down");
    assertThat(Cluster.running(folder).isRunning()).isTrue();
  }

  @Test
  void whatWasKeptIsNotRemovedByTheNextCluster() throws Exception {
    state(ProcessId.NONE).with(true, ProcessId.NONE, List.of()).write(folder);

    assertThatThrownBy(this::up)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds what an earlier cluster wrote");
    assertThatThrownBy(() -> Cluster.running(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no cluster is running in");
  }

  private void up() throws Exception {
    Cluster.up(
        new Checkout(temporary),
        folder,
        new ClusterSettings(1, 1, 1, false, 1, null, Map.of()),
        Set.of("topic"),
        new PrintWriter(Writer.nullWriter()));
  }

  private Process startSupervisor(ClusterState state) throws Exception {
    state.write(folder);
    Process supervisor =
        new ProcessBuilder(
                new JavaCommand()
                    .main(
                        System.getProperty(
                            "surefire.test.class.path", System.getProperty("java.class.path")),
                        Supervisor.class.getName(),
                        List.of(folder.root().toString())))
            .redirectErrorStream(true)
            .redirectOutput(folder.supervisorLog().toFile())
            .start();
    state.with(false, ProcessId.of(supervisor.toHandle()), state.processes()).write(folder);
    supervisor.getOutputStream().close();
    return supervisor;
  }

  private ClusterState await(Predicate<ClusterState> condition) throws Exception {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      ClusterState state = ClusterState.read(folder).orElseThrow();
      if (condition.test(state)) {
        return state;
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError(state + "\n" + Files.readString(folder.supervisorLog()));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static ProcessState sleeping(String name) {
    return ProcessState.planned(name, Role.TASK_MANAGER, "127.0.0.1:1", List.of("sleep", "600"));
  }

  private ClusterState state(ProcessId supervisor, ProcessState... processes) {
    return new ClusterState(
        ClusterState.FORMAT,
        "127.0.0.1:1",
        "http://127.0.0.1:2",
        null,
        null,
        null,
        folder.conf().toString(),
        folder.logs().toString(),
        1,
        false,
        supervisor,
        List.of(processes));
  }
}
