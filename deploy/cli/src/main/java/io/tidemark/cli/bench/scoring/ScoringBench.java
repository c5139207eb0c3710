package io.tidemark.cli.bench.scoring;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;

/**
 * Measures what it costs to score a record in a job, next to raw inference and to what else is
 * commonly written, and how long a record waits.
 *
 * <p><b>How it works.</b> Each kind of work has a JVM of its own, as the task manager of one job
 * has: one that has run them all inlines none of Flink's innermost calls. The forks wait in
 * between, so that the rounds of all cases interleave and whatever else the machine does meets all
 * of them. Rows all differ. Every case warms up, then runs for as long in every round; its CPU time
 * is that of its process, compilers left out; garbage is collected before a job, and what the job
 * leaves is counted where it is collected while it is measured. Medians are reported. Then records
 * come on a schedule that nothing holds up, at a tenth, a half and four fifths of the rate that the
 * job reached in this run, and each one's wait counts from when it was due; there the engine that
 * does nothing has nobody wait for a batch to fill, so that what a model adds includes that wait.
 *
 * <pre>{@code
 * deploy/tidemark bench scoring --quick
 * }</pre>
 */
public final class ScoringBench {
  /** Shares of the highest rate. */
  static final double[] SHARES = {ScoringResult.LOW_SHARE, 0.5, 0.8};

  private static final Set<ScoringCase> WAITING =
      EnumSet.of(
          ScoringCase.ASYNC, ScoringCase.SYNC, ScoringCase.ASYNC_NO_OP, ScoringCase.SYNC_NO_OP);
  private static final long FIRST_RECORDS = 20_000;

  private final ScoringScale scale;
  private final Set<BenchModel> models;
  private final PrintWriter progress;

  /**
   * @param progress standard error
   */
  ScoringBench(ScoringScale scale, Set<BenchModel> models, PrintWriter progress) {
    this.scale = scale;
    this.models = models;
    this.progress = progress;
  }

  /**
   * The benchmark as it is run from the command line.
   *
   * @param only ids of models; empty for all
   * @throws IllegalArgumentException if there is no such model
   */
  public static ScoringBench of(boolean quick, List<String> only, PrintWriter progress) {
    Set<BenchModel> models = EnumSet.noneOf(BenchModel.class);
    for (String id : only) {
      models.add(
          Arrays.stream(BenchModel.values())
              .filter(model -> model.id().equals(id))
              .findAny()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--only: there is no model '"
                              + id
                              + "'. There are "
                              + Arrays.stream(BenchModel.values())
                                  .map(BenchModel::id)
                                  .collect(Collectors.joining(", ")))));
    }
    return new ScoringBench(
        quick ? ScoringScale.QUICK : ScoringScale.FULL,
        models.isEmpty() ? EnumSet.allOf(BenchModel.class) : models,
        progress);
  }

  /**
   * @throws IOException if a case failed
   */
  public ScoringResult run() throws Exception {
    Path folder = Files.createTempDirectory("tidemark-bench-");
    Map<ScoringCase.Fork, ScoringFork> forks = new EnumMap<>(ScoringCase.Fork.class);
    try {
      for (ScoringCase.Fork fork : ScoringCase.Fork.values()) {
        forks.put(fork, ScoringFork.start(scale, folder));
      }
      return measure(forks);
    } finally {
      for (ScoringFork fork : forks.values()) {
        fork.close();
      }
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private ScoringResult measure(Map<ScoringCase.Fork, ScoringFork> forks)
      throws IOException, InterruptedException {
    ScoringResult result = new ScoringResult(scale, models);
    Map<ScoringResult.Key, Double> rates = new HashMap<>();
    for (ScoringResult.Key key : keys()) {
      ScoringFork fork = forks.get(key.theCase().fork());
      double first = fork.load(key.theCase(), key.model(), FIRST_RECORDS).recordsPerSecond();
      Load warm = fork.load(key.theCase(), key.model(), records(first, scale.warmUpSeconds()));
      say(key, "warm-up", warm);
      rates.put(key, warm.recordsPerSecond());
    }
    for (int round = 1; round <= scale.rounds(); round++) {
      for (ScoringResult.Key key : keys()) {
        ScoringFork fork = forks.get(key.theCase().fork());
        long records = records(rates.get(key), scale.measureSeconds());
        Load load = fork.load(key.theCase(), key.model(), records);
        say(key, "round " + round, load);
        result.add(key, load);
      }
    }
    for (BenchModel model : models) {
      if (model.key() != null) {
        measureWaiting(model, forks, result);
      }
    }
    return result;
  }

  private void measureWaiting(
      BenchModel model, Map<ScoringCase.Fork, ScoringFork> forks, ScoringResult result)
      throws IOException, InterruptedException {
    double most = result.recordsPerSecond(new ScoringResult.Key(ScoringCase.ASYNC, model));
    for (int round = 1; round <= scale.waitingRounds(); round++) {
      for (double share : SHARES) {
        for (ScoringCase theCase : WAITING) {
          boolean isLowest = share == ScoringResult.LOW_SHARE;
          if (!isLowest && !theCase.infers()) {
            continue; // what a model adds to the wait is told from the lowest
          }
          Waiting waiting =
              forks
                  .get(theCase.fork())
                  .waiting(
                      theCase,
                      model,
                      most * share,
                      isLowest ? scale.waitingSeconds() : scale.busySeconds());
          say(
              "waiting %d  %-12s %-10s %3.0f%% %,10.0f/s p50 %.2f ms p99 %.2f ms p99.9 %.2f ms",
              round,
              theCase.id(),
              model.id(),
              100 * share,
              waiting.perSecond(),
              waiting.p50Millis(),
              waiting.p99Millis(),
              waiting.p999Millis());
          result.add(new ScoringResult.Key(theCase, model), share, waiting);
        }
      }
    }
  }

  /** Every case with every model; those that run none with the first. */
  private List<ScoringResult.Key> keys() {
    BenchModel first = models.iterator().next();
    return models.stream()
        .flatMap(
            model ->
                Arrays.stream(ScoringCase.values())
                    .filter(theCase -> theCase.infers() || model == first)
                    .map(theCase -> new ScoringResult.Key(theCase, model)))
        .toList();
  }

  private static long records(double perSecond, double seconds) {
    return Math.max(FIRST_RECORDS, (long) (perSecond * seconds));
  }

  private void say(ScoringResult.Key key, String when, Load load) {
    say(
        "%-8s %-12s %-10s %,12.0f records/s %,10.0f ns CPU/record",
        when,
        key.theCase().id(),
        key.model().id(),
        load.recordsPerSecond(),
        load.cpuNanosPerRecord());
  }

  private void say(String format, Object... arguments) {
    progress.printf(Locale.ROOT, format + "%n", arguments);
    progress.flush();
  }
}
