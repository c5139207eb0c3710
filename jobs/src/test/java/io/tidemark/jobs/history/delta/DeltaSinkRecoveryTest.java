package io.tidemark.jobs.history.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.history.delta.Faults.Point;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows through crashes, restarts, changes of parallelism, and starts from elsewhere. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeltaSinkRecoveryTest {
  private static final int SOAK_REPETITIONS = 100;

  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(6)
              .build());

  @TempDir Path folder;

  /** All at once, each behind some successful commits; the job restarts after each. */
  @Test
  void everyRowIsThereOnceThroughAllCrashPoints() throws Exception {
    survive(1, List.of(Point.values()), 600, 3);
  }

  @ParameterizedTest
  @Tag("soak")
  @MethodSource("seeds")
  void everyRowIsThereOnceThroughCrashesAnywhere(long seed) throws Exception {
    Random random = new Random(seed);
    List<Point> points = new ArrayList<>(List.of(Point.values()));
    Collections.shuffle(points, random);
    survive(random.nextInt(3), points, 1_000, 1 + random.nextInt(4));
  }

  private void survive(int commitsBetween, List<Point> points, long numbers, int parallelism)
      throws Exception {
    Faults faults = new Faults(UUID.randomUUID().toString(), commitsBetween, points);
    NumberJobs jobs = new NumberJobs(folder).restarts(points.size());

    jobs.run(faults.sink(jobs.table(), new NumberRows()), numbers, parallelism);

    assertThat(faults.left()).as("faults that did not happen").isEmpty();
    jobs.requireEachNumber(numbers, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, BEFORE_THE_LOG_ENTRY",
    "3, 6, AFTER_THE_LOG_ENTRY",
    "6, 3, AFTER_THE_LOG_ENTRY",
    "6, 6, BEFORE_THE_COMMIT"
  })
  void everyRowIsThereOnceAtAnotherParallelism(int before, int after, Point crash)
      throws Exception {
    resume(before, after, crash, 1);
  }

  @ParameterizedTest
  @Tag("soak")
  @MethodSource("seeds")
  void everyRowIsThereOnceAtManyParallelisms(long seed) throws Exception {
    Random random = new Random(seed);
    int[] parallelisms = {3, 6};
    Point[] points = Point.values();
    resume(
        parallelisms[random.nextInt(2)],
        parallelisms[random.nextInt(2)],
        points[random.nextInt(points.length)],
        random.nextInt(4));
  }

  private void resume(int before, int after, Point crash, int commitsBefore) throws Exception {
    long numbers = 300;
    // A crash before the first commit may also be one before the first checkpoint.
    int commits = Math.max(1, commitsBefore);
    Faults faults = new Faults(UUID.randomUUID().toString(), commits, List.of(crash));
    NumberJobs first = new NumberJobs(folder);
    JobClient job = first.start(faults.sink(first.table(), new NumberRows()), numbers, before);
    assertThatThrownBy(() -> job.getJobExecutionResult().get(120, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(faults.left()).isEmpty();

    NumberJobs second = new NumberJobs(folder).from(first.latestCheckpoint());
    second.run(sink(second), numbers, after);

    second.requireEachNumber(numbers, 1);
  }

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 0; seed < SOAK_REPETITIONS; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  /** The one case where rows come twice; that none is missing is what matters. */
  @Test
  void olderSavepointRepeatsRowsAndSkipsNone() throws Exception {
    NumberJobs jobs = new NumberJobs(folder);
    JobClient first = jobs.start(sink(jobs), Long.MAX_VALUE, 2);
    jobs.awaitVersion(2);
    String older =
        first
            .triggerSavepoint(
                folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
            .get(60, TimeUnit.SECONDS);
    jobs.awaitVersion(jobs.read().version() + 3);
    cancel(first);
    List<Long> before = jobs.numbers();

    NumberJobs again = new NumberJobs(folder).from(Path.of(URI.create(older)));
    JobClient second = again.start(sink(again), Long.MAX_VALUE, 2);
    jobs.awaitVersion(jobs.read().version() + 3);
    cancel(second);

    List<Long> after = jobs.numbers();
    Set<Long> distinct = new TreeSet<>(after);
    assertThat(after).hasSizeGreaterThan(distinct.size());
    assertThat(distinct).containsAll(before);
    // Each of the two readers has numbers of its own, in a row.
    for (Long number : distinct) {
      assertThat(number % (1L << 62) == 0 || distinct.contains(number - 1))
          .as("the number before %d", number)
          .isTrue();
    }
  }

  private static void cancel(JobClient job) throws Exception {
    job.cancel().get(60, TimeUnit.SECONDS);
    assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @ParameterizedTest
  @EnumSource(Start.class)
  void runsFromTheStartAppendAll(Start start) throws Exception {
    for (int run = 0; run < 2; run++) {
      NumberJobs jobs = new NumberJobs(folder);
      start.set(jobs).run(sink(jobs), 300, 2);
    }

    new NumberJobs(folder).requireEachNumber(300, 2);
  }

  /** How a job without a savepoint runs. */
  enum Start {
    STREAMING,
    BATCH;

    NumberJobs set(NumberJobs jobs) {
      return this == BATCH ? jobs.batch() : jobs;
    }
  }

  private static DeltaSink<Long> sink(NumberJobs jobs) {
    return new DeltaSink<>(jobs.table(), "numbers", "recovery", new NumberRows());
  }
}
