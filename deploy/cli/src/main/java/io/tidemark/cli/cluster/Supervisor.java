package io.tidemark.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process that owns all processes of a cluster: starts them, starts them again when they die,
 * keeps {@code cluster.json} up to date, and ends them in order when it is told to end (SIGTERM).
 * It writes every death and every start to its own standard output.
 *
 * <p>How it works: everything happens in one thread, which exits and timers hand their work to; a
 * death is told by the system, not polled. A process that dies at once is started again after a
 * pause that doubles up to {@value #LONGEST_PAUSE_MILLIS} ms. What a supervisor that was killed
 * leaves behind is found by the numbers in {@code cluster.json}.
 */
public final class Supervisor {
  private static final long SHORTEST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 8_000;

  /** Who lived so long starts again without further delay. */
  private static final Duration GOOD_LIFE = Duration.ofSeconds(20);

  private final ClusterFolder folder;
  private final PrintStream journal;
  private final List<Child> children = new ArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "supervisor"));
  private ClusterState state;
  private boolean ending;

  private Supervisor(ClusterFolder folder, ClusterState state, PrintStream journal) {
    this.folder = folder;
    this.state = state;
    this.journal = journal;
    state.processes().forEach(process -> children.add(new Child(process)));
  }

  /**
   * Begins when its standard input ends: until then {@code cluster.json} is its starter's.
   *
   * @param args the cluster's folder
   */
  public static void main(String[] args) throws IOException {
    System.in.transferTo(OutputStream.nullOutputStream());
    ClusterFolder folder = new ClusterFolder(Path.of(args[0]));
    ClusterState state =
        ClusterState.read(folder)
            .orElseThrow(() -> new IOException(folder.stateFile() + " is missing"));
    Supervisor supervisor = new Supervisor(folder, state, System.out);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::end, "end"));
    supervisor.thread.execute(supervisor::startAll);
  }

  private void startAll() {
    children.forEach(this::start);
  }

  private void start(Child child) {
    if (ending) {
      return;
    }
    ProcessState process = child.state;
    try {
      Process started =
          new ProcessBuilder(process.command())
              .directory(folder.root().toFile())
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(outputFile(process).toFile()))
              .start();
      child.process = started;
      child.state = process.started(ProcessId.of(started.toHandle()));
      save();
      say("%s started, pid %d", process.name(), started.pid());
      var unused = started.onExit().thenAccept(exited -> handOver(() -> exited(child, exited)));
    } catch (IOException e) {
      say("%s cannot be started: %s", process.name(), e.getMessage());
      startAgain(child, "cannot be started: " + e.getMessage(), Duration.ZERO);
    }
  }

  private Path outputFile(ProcessState process) {
    return folder.logs().resolve(process.name() + ".out");
  }

  private void exited(Child child, Process exited) {
    if (ending) {
      return;
    }
    ProcessState process = child.state;
    Duration life =
        Duration.ofMillis(System.currentTimeMillis() - process.process().startedAtMillis());
    String how = "exit code " + exited.exitValue();
    say("%s ended, %s, after %d s", process.name(), how, life.toSeconds());
    startAgain(child, how, life);
  }

  private void startAgain(Child child, String how, Duration life) {
    child.process = null;
    child.state = child.state.died(how);
    child.pauseMillis =
        life.compareTo(GOOD_LIFE) >= 0
            ? SHORTEST_PAUSE_MILLIS
            : Math.min(LONGEST_PAUSE_MILLIS, 2 * child.pauseMillis);
    save();
    var unused = thread.schedule(() -> start(child), child.pauseMillis, TimeUnit.MILLISECONDS);
  }

  /** Called by the JVM when it is told to end; returns when all is over. */
  private void end() {
    try {
      thread.submit(this::endAll).get();
    } catch (ExecutionException e) {
      say("did not end in good order: %s", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      thread.shutdownNow();
    }
  }

  /** Whatever was started last ends first; what has the same role ends together. */
  private void endAll() {
    ending = true;
    List<Role> roles = new ArrayList<>(List.of(Role.values()));
    Collections.reverse(roles);
    for (Role role : roles) {
      List<Process> processes =
          children.stream()
              .filter(child -> child.state.role() == role)
              .map(child -> child.process)
              .filter(process -> process != null)
              .toList();
      processes.forEach(Process::destroy);
      long deadlineNanos = System.nanoTime() + role.patience().toNanos();
      for (Process process : processes) {
        awaitEnd(process, deadlineNanos);
      }
    }
    children.forEach(child -> child.state = child.state.ended());
    state = state.with(true, ProcessId.NONE, processes());
    save();
    say("all processes have ended");
  }

  private void awaitEnd(Process process, long deadlineNanos) {
    try {
      if (!process.waitFor(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        say("pid %d did not end when told to and is killed", process.pid());
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void save() {
    state = state.with(state.ended(), state.supervisor(), processes());
    try {
      state.write(folder);
    } catch (IOException e) {
      say("%s cannot be written: %s", folder.stateFile(), e.getMessage());
    }
  }

  private List<ProcessState> processes() {
    return children.stream().map(child -> child.state).toList();
  }

  private void handOver(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      // The cluster has ended in the meantime.
    }
  }

  private void say(String line, @Nullable Object... values) {
    journal.println(
        Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + String.format(line, values));
  }

  /** A process of the cluster and what becomes of it. */
  private static final class Child {
    private ProcessState state;
    private @Nullable Process process;
    private long pauseMillis = SHORTEST_PAUSE_MILLIS / 2;

    Child(ProcessState state) {
      this.state = state;
    }
  }
}
