package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that fail and task managers that are lost, with sessions open. */
@Timeout(180)
class ScoringFailoverTest {
  private static final List<Expected> ROWS = TestModels.expectedOfMlp();
  private static final int FAILURES = 15;

  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(2)
              .setNumberSlotsPerTaskManager(1)
              .build());

  /** What the jobs of this JVM have scored, by the record's id. */
  private static final Map<Long, Score> SCORES = new ConcurrentHashMap<>();

  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

  @TempDir private Path folder;

  @BeforeEach
  void forget() {
    SCORES.clear();
    FAILURES_LEFT.set(0);
  }

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    new Mailbox()
        .runUntil(
            () ->
                SessionRegistry.ofProcess().size() == 0
                    && Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("score ")));
  }

  /**
   * Each time with batches of two versions under way, of which some are in the checkpoint where the
   * models are beside the task.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void jobThatFailsTimeAndAgainScoresEveryRecordByTheVersionOfItsStamp(boolean beside)
      throws Exception {
    FAILURES_LEFT.set(FAILURES);
    int records = 200_000;
    Path file = folder.resolve("model.onnx");
    Files.write(file, TestModels.bytes("mlp"));

    start(later(file), records, 2, beside).getJobExecutionResult().get(150, TimeUnit.SECONDS);

    assertThat(FAILURES_LEFT).as("the faults were injected").hasValue(0);
    assertScores(records);
  }

  @Test
  void modelThatWasBeingLoadedOnALostTaskManagerIsLoadedByTheNext(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    Path file = folder.resolve("v2/model.onnx");
    Pipe pipe = Pipe.create(file);
    JobClient job = start(later(file), 100, 1, true);
    new Mailbox().runUntil(Pipe::isRead);

    Pipe hanging = pipe.moveTo(folder.resolve("hanging"));
    Files.write(file, TestModels.bytes("mlp"));
    try {
      // One of the two has the job: the other one is lost as well, and both have a successor.
      for (int i = 0; i < 2; i++) {
        cluster.startTaskManager();
        cluster.terminateTaskManager(i).get(60, TimeUnit.SECONDS);
      }
      job.getJobExecutionResult().get(120, TimeUnit.SECONDS);
    } finally {
      try (OutputStream nothing = hanging.write()) {
        nothing.flush(); // the load of the lost task manager ends with an empty file
      }
    }

    assertScores(100);
  }

  private static ModelStamp later(Path file) {
    return new ModelStamp(
        "mlp",
        "1.3.0",
        TestModels.sha256(TestModels.bytes("mlp")),
        file.toUri().toString(),
        "canary");
  }

  private static void assertScores(int records) {
    assertThat(SCORES).hasSize(records);
    SCORES.forEach(
        (id, score) -> {
          double expected = ROWS.get((int) (id % ROWS.size())).score();
          if (score.outcome() != Outcome.SCORED
              || !score.modelVersion().equals(isStamped(id) ? "1.3.0" : "1.2.0")
              || Math.abs(score.value() - expected) > 1e-6) {
            throw new AssertionError("record " + id + " is to have " + expected + ": " + score);
          }
        });
  }

  private static boolean isStamped(long id) {
    return id % 3 == 0;
  }

  private static JobClient start(ModelStamp stamp, int records, int parallelism, boolean beside)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(20));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    ScoringModels models =
        ScoringModels.of(
            TestModels.mlp(TestModels.batch(64)),
            TestModels.bytes("mlp"),
            ProviderChoice.CPU,
            beside);
    DataStream<FeatureVector> vectors =
        env.fromSequence(0, records - 1).map(new Row(stamp)).returns(RecordTypeInfo.FEATURE_VECTOR);
    DataStream<Score> scores =
        beside
            ? vectors.transform("score", RecordTypeInfo.SCORE, AsynchronousScoring.of(models))
            : vectors.transform("score", RecordTypeInfo.SCORE, new SynchronousScoring(models));
    scores.map(new Failing()).returns(RecordTypeInfo.SCORE).sinkTo(new DiscardingSink<>());
    return env.executeAsync("fails");
  }

  private record Row(ModelStamp stamp) implements MapFunction<Long, FeatureVector> {
    @Override
    public FeatureVector map(Long id) {
      FeatureVector vector = ROWS.get((int) (id % ROWS.size())).vector(id);
      vector.stamp(isStamped(id) ? stamp : null);
      return vector;
    }
  }

  /** Fails after some thousand records of an attempt, as long as there are failures left. */
  private static final class Failing implements MapFunction<Score, Score> {
    private int seen;

    @Override
    public Score map(Score score) {
      SCORES.put(score.vector().trigger().timeMillis(), score);
      if (++seen >= 3_000 && FAILURES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("an injected fault");
      }
      return score;
    }
  }
}
