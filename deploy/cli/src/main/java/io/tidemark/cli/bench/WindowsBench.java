package io.tidemark.cli.bench;

import io.tidemark.cli.bench.WindowsCase.Data;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Measures the windowed features, what bounds them and what could be used instead.
 *
 * <p><b>How it works.</b> Payments are simulated once and written to files. A JVM is forked per
 * kind of work: how fast Flink's innermost calls are (an output, a serializer, a state) depends on
 * how many implementations of them the JVM has seen. One that runs every case in turn has seen them
 * all and inlines none, and the case that comes last pays for the others; one that runs one kind of
 * work is like the task manager of one job. The forks wait in between, so that the rounds of all
 * cases interleave and whatever else the machine does meets all of them. Forks warm up for some
 * seconds of CPU time; then each case runs once a round or, where it is fast, until the process's
 * CPU clock, which ticks in hundredths of a second, is exact enough. Medians are reported. What is
 * measured of a run begins when the windows are full. Checkpoints are taken every five seconds,
 * which is oftener than jobs take them; the peers are spared them. Every run's answers are checked
 * against a plain loop: a wrong answer ends the benchmark.
 *
 * <pre>{@code
 * deploy/tidemark bench windows --quick
 * }</pre>
 */
public final class WindowsBench {
  private final Scale scale;
  private final long seed;
  private final Set<WindowsCase> cases;
  private final PrintWriter progress;
  private final @Nullable Path peers;

  /**
   * @param peers folder with Flink's SQL planner, which must not be on this class path; null if
   *     there is none
   * @param progress standard error
   */
  WindowsBench(
      Scale scale, long seed, Set<WindowsCase> cases, @Nullable Path peers, PrintWriter progress) {
    this.scale = scale;
    this.seed = seed;
    this.cases = cases;
    this.peers = peers;
    this.progress = progress;
  }

  /**
   * The benchmark as it is run from the command line.
   *
   * @param only ids of cases; empty for all
   * @throws IllegalArgumentException if there is no such case
   */
  public static WindowsBench of(boolean quick, long seed, List<String> only, PrintWriter progress) {
    return new WindowsBench(
        quick ? Scale.QUICK : Scale.FULL, seed, casesOf(only), peersFolder(), progress);
  }

  private static Set<WindowsCase> casesOf(List<String> only) {
    Map<String, WindowsCase> known = new LinkedHashMap<>();
    for (WindowsCase theCase : WindowsCase.values()) {
      known.put(theCase.id(), theCase);
    }
    Set<WindowsCase> cases = EnumSet.noneOf(WindowsCase.class);
    for (String id : only) {
      WindowsCase theCase = known.get(id);
      if (theCase == null) {
        throw new IllegalArgumentException(
            "--only: there is no case '"
                + id
                + "'. There are "
                + String.join(", ", known.keySet()));
      }
      cases.add(theCase);
    }
    return cases.isEmpty() ? EnumSet.allOf(WindowsCase.class) : cases;
  }

  /** The build puts it beside the jar that this class is in. */
  private static @Nullable Path peersFolder() {
    try {
      Path jar =
          Path.of(WindowsBench.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = jar.resolveSibling("peers");
      return Files.isDirectory(folder) ? folder : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /**
   * @throws IOException if a case failed or gave wrong answers, or if there is nothing to run the
   *     peers with
   */
  public WindowsResult run() throws Exception {
    List<Path> peerJars = cases.stream().anyMatch(WindowsCase::isPeer) ? peerJars() : List.of();
    Path folder = Files.createTempDirectory("tidemark-bench-");
    try {
      int events = writeTapes(folder);
      Map<WindowsCase, List<Measurement>> measured = measure(folder, peerJars);
      Double stateBytes = null;
      if (cases.contains(WindowsCase.ROCKSDB_CACHED)) {
        say("counting the bytes of state…");
        stateBytes = StateSize.bytesPerKey(scale, WindowsRun.customers(folder));
      }
      return new WindowsResult(scale, seed, events, measured, stateBytes);
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private int writeTapes(Path folder) throws IOException {
    say(
        "simulating %d days of payments by %,d customers at %,d terminals, seed %d…",
        scale.days(), scale.customers(), scale.terminals(), seed);
    Map<Path, Integer> dealtTo = new HashMap<>();
    dealtTo.put(WindowsRun.customers(folder), 0);
    if (cases.stream().anyMatch(theCase -> theCase.data() == Data.DEALT)) {
      dealtTo.put(WindowsRun.dealt(folder), scale.dealtTo());
    }
    return Tape.write(scale, seed, dealtTo);
  }

  private Map<WindowsCase, List<Measurement>> measure(Path folder, List<Path> peerJars)
      throws IOException, InterruptedException {
    Map<WindowsCase, List<Measurement>> measured = new EnumMap<>(WindowsCase.class);
    Map<WindowsCase.Fork, Fork> forks = new EnumMap<>(WindowsCase.Fork.class);
    try {
      for (int round = 0; round <= scale.rounds(); round++) {
        for (WindowsCase theCase : cases) {
          boolean warmUp = round == 0;
          if (theCase.isPeer() && (warmUp || round > scale.peerRounds())) {
            continue;
          }
          Duration atLeast = warmUp || theCase.isPeer() ? Duration.ZERO : scale.measure();
          Fork fork = forks.get(theCase.fork());
          if (fork == null) {
            fork = Fork.start(scale, folder, theCase.isPeer() ? peerJars : List.of());
            forks.put(theCase.fork(), fork);
            atLeast = theCase.isPeer() ? Duration.ZERO : scale.warmUp();
          }
          Measurement measurement = fork.run(theCase, atLeast);
          say(
              "%s %-28s %,12.0f events/s %,10.0f ns/event",
              warmUp ? "warm-up" : "round " + round,
              theCase.id(),
              measurement.eventsPerSecond(),
              measurement.cpuNanosPerEvent());
          if (!warmUp) {
            measured.computeIfAbsent(theCase, first -> new ArrayList<>()).add(measurement);
          }
        }
      }
    } finally {
      for (Fork fork : forks.values()) {
        fork.close();
      }
    }
    return measured;
  }

  private List<Path> peerJars() throws IOException {
    if (peers == null) {
      throw new IOException(
          "Flink's SQL planner is missing. Start the benchmark with deploy/tidemark, which gets it,"
              + " or leave the peers out with --only");
    }
    try (Stream<Path> jars = Files.list(peers)) {
      return jars.sorted().toList();
    }
  }

  private void say(String format, Object... arguments) {
    progress.printf(Locale.ROOT, format + "%n", arguments);
    progress.flush();
  }
}
