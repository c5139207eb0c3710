package io.tidemark.cli.cluster;

import io.tidemark.cli.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A cluster of processes in a folder: brought up, found again, brought down. Not thread-safe. */
public final class Cluster {
  /** What every process is told by its environment. ONNX Runtime sends telemetry otherwise. */
  static final Map<String, String> ENVIRONMENT = Map.of("ORT_DISABLE_TELEMETRY", "1");

  private static final Duration PATIENCE = Duration.ofSeconds(300);

  /** The supervisor ends its processes one role after the other, each within its time. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(70);

  private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 50;

  private final ClusterFolder folder;
  private ClusterState state;

  private Cluster(ClusterFolder folder, ClusterState state) {
    this.folder = folder;
    this.state = state;
  }

  /**
   * Starts one, and returns when it takes jobs. Whatever an earlier one left in the folder because
   * its supervisor was killed is ended and removed first.
   *
   * @param topics which are created
   * @param err where it says what it removes
   * @throws IOException if one is running there already, or a process does not get going; nothing
   *     is left behind then but the logs
   */
  public static Cluster up(
      Checkout checkout,
      ClusterFolder folder,
      ClusterSettings settings,
      Set<String> topics,
      PrintWriter err)
      throws IOException, InterruptedException {
    folder.requireOurs();
    Files.createDirectories(folder.root());
    try (FileChannel file =
            FileChannel.open(
                folder.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock == null) {
        throw new IOException("another command is starting a cluster in " + folder.root());
      }
      clear(folder, err);
      folder.create();
      String classPath = Libraries.keep(System.getProperty("java.class.path"), folder.libraries());
      ClusterState planned = ClusterPlan.write(checkout, folder, settings, classPath);
      Cluster cluster = new Cluster(folder, planned);
      cluster.start(classPath, topics, settings.partitions());
      return cluster;
    }
  }

  /** The cluster in a folder. */
  public static Optional<Cluster> find(ClusterFolder folder) throws IOException {
    return ClusterState.read(folder).map(state -> new Cluster(folder, state));
  }

  /**
   * The cluster that runs in a folder.
   *
   * @throws IOException if none does
   */
  public static Cluster running(ClusterFolder folder) throws IOException {
    return find(folder)
        .filter(Cluster::isRunning)
        .orElseThrow(
            () ->
                new IOException(
                    "no cluster is running in "
                        + folder.root()
                        + ". Start one: tidemark cluster up"));
  }

  ClusterFolder folder() {
    return folder;
  }

  public ClusterState state() {
    return state;
  }

  /** Whether its supervisor lives; processes of a killed one may go on without. */
  public boolean isRunning() {
    return state.supervisor().find().isPresent();
  }

  /** Names of the processes that have a role. */
  public List<String> names(Role role) {
    return state.processes().stream()
        .filter(process -> process.role() == role)
        .map(ProcessState::name)
        .toList();
  }

  /**
   * Ends one process, which the supervisor starts again.
   *
   * @param orderly whether it is told to end, and may take its time; else it is killed
   * @return what has ended or will; empty if it was not running
   */
  public Optional<ProcessHandle> end(String name, boolean orderly) throws IOException {
    Optional<ProcessHandle> running =
        ClusterState.read(folder).orElse(state).processes().stream()
            .filter(process -> process.name().equals(name))
            .map(ProcessState::process)
            .flatMap(process -> process.find().stream())
            .findFirst();
    running.ifPresent(orderly ? ProcessHandle::destroy : ProcessHandle::destroyForcibly);
    return running;
  }

  private static void clear(ClusterFolder folder, PrintWriter err)
      throws IOException, InterruptedException {
    Optional<Cluster> before = find(folder);
    if (before.isEmpty()) {
      return;
    }
    Cluster cluster = before.get();
    if (cluster.isRunning()) {
      throw new IOException(
          "a cluster is running in "
              + folder.root()
              + " already. End it (tidemark cluster down), or name another --dir.");
    }
    if (cluster.state.ended()) {
      throw new IOException(
          folder.root()
              + " holds what an earlier cluster wrote. Remove it (tidemark cluster down), or name"
              + " another --dir.");
    }
    int orphans = endAll(cluster.state.alive(), ORPHAN_PATIENCE);
    err.printf(
        "removed what an earlier cluster left behind: %d processes and %s%n",
        orphans, folder.root());
    err.flush();
    folder.remove();
    Files.createDirectories(folder.root());
  }

  private void start(String classPath, Set<String> topics, int partitions)
      throws IOException, InterruptedException {
    state.write(folder);
    boolean ready = false;
    try {
      Process supervisor = startSupervisor(classPath);
      state = state.with(false, ProcessId.of(supervisor.toHandle()), state.processes());
      state.write(folder);
      supervisor.getOutputStream().close(); // Which it waits for: the file is now its own.
      new Readiness(folder, PATIENCE).await();
      new Topics(state.bootstrapServers()).create(topics, partitions);
      ready = true;
      state = ClusterState.read(folder).orElseThrow();
    } finally {
      if (!ready) {
        Thread.interrupted();
        endProcesses();
        state.write(folder); // So that the next one need not ask what to do with it.
      }
    }
  }

  /** Of a session of its own, where the system has that: a terminal that closes ends its own. */
  private Process startSupervisor(String classPath) throws IOException {
    List<String> command = new ArrayList<>();
    Programs.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
    command.addAll(
        new JavaCommand()
            .option("-Xmx64m")
            .option("-XX:+UseSerialGC")
            .option("-XX:TieredStopAtLevel=1")
            .main(classPath, Supervisor.class.getName(), List.of(folder.root().toString())));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(folder.supervisorLog().toFile()));
    builder.environment().putAll(ENVIRONMENT);
    return builder.start();
  }

  /**
   * Ends all processes.
   *
   * @param keep whether the folder is left as it is; else it is removed
   * @return how many processes were found that nobody looked after any more
   */
  public int down(boolean keep) throws IOException, InterruptedException {
    int orphans = endProcesses();
    if (keep) {
      ClusterState.read(folder)
          .orElse(state)
          .with(true, ProcessId.NONE, state.processes().stream().map(ProcessState::ended).toList())
          .write(folder);
    } else {
      folder.remove();
    }
    return orphans;
  }

  private int endProcesses() throws IOException, InterruptedException {
    Optional<ProcessHandle> supervisor = state.supervisor().find();
    if (supervisor.isPresent()) {
      endAll(List.of(supervisor.get()), END_PATIENCE);
    }
    return endAll(ClusterState.read(folder).orElse(state).alive(), ORPHAN_PATIENCE);
  }

  /** Returns how many there were; they have ended then. */
  private static int endAll(List<ProcessHandle> processes, Duration patience)
      throws InterruptedException {
    List<ProcessId> ids = processes.stream().map(ProcessId::of).toList();
    processes.forEach(ProcessHandle::destroy);
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    while (ids.stream().anyMatch(id -> id.find().isPresent())) {
      if (System.nanoTime() > deadlineNanos) {
        processes.forEach(ProcessHandle::destroyForcibly);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return ids.size();
  }
}
