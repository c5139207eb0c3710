package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The function in running jobs. */
@Timeout(180)
class ScoringInMiniClusterTest {
  private static final int PARALLELISM = 2;
  private static final long RECORDS = 50_000;

  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(PARALLELISM)
              .build());

  /** How many records the jobs of this JVM have scored. */
  private static final AtomicLong SCORED = new AtomicLong();

  @Test
  void everyRecordOfAJobIsScoredOnceAndInOrder() throws Exception {
    StreamExecutionEnvironment env = environment();
    long[] next = {-1, -1};
    long count = 0;

    try (CloseableIterator<Check> checks =
        scores(env, RECORDS).map(new Checker()).executeAndCollect()) {
      while (checks.hasNext()) {
        Check check = checks.next();
        assertThat(check.right).as("score of record %d", check.id).isTrue();
        if (next[check.subtask] >= 0) {
          assertThat(check.id).isEqualTo(next[check.subtask]);
        }
        next[check.subtask] = check.id + 1;
        count++;
      }
    }

    assertThat(count).isEqualTo(RECORDS);
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  /** The JVM would not survive a session closed during a run. */
  @Test
  void jobIsCancelledWithInferencesUnderWay() throws Exception {
    for (int cycle = 0; cycle < 5; cycle++) {
      long before = SCORED.get();
      StreamExecutionEnvironment env = environment();
      scores(env, Long.MAX_VALUE / 2).map(new Checker()).sinkTo(new DiscardingSink<>());
      JobClient job = env.executeAsync("cancelled");
      new Mailbox().runUntil(() -> SCORED.get() > before + 1_000);

      job.cancel().get(60, TimeUnit.SECONDS);

      new Mailbox().runUntil(() -> SessionRegistry.ofProcess().size() == 0);
    }
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(PARALLELISM);
    return env;
  }

  private static DataStream<Score> scores(StreamExecutionEnvironment env, long records)
      throws InvalidModelException {
    byte[] model = TestModels.bytes("trees");
    ModelContract contract = TestModels.trees(TestModels.batch(64));
    return env.fromSequence(0, records - 1)
        .map(new Row())
        .returns(RecordTypeInfo.FEATURE_VECTOR)
        .transform(
            "score",
            RecordTypeInfo.SCORE,
            AsynchronousScoring.of(ScoringModels.of(contract, model, ProviderChoice.CPU, true)));
  }

  private static final class Row implements MapFunction<Long, FeatureVector> {
    private static final List<Expected> ROWS = TestModels.expectedOfTrees();

    @Override
    public FeatureVector map(Long id) {
      return ROWS.get((int) (id % ROWS.size())).vector(id);
    }
  }

  private static final class Checker extends RichMapFunction<Score, Check> {
    private transient int subtask;

    @Override
    public void open(OpenContext context) {
      subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    @Override
    public Check map(Score score) {
      SCORED.incrementAndGet();
      long id = score.vector().trigger().timeMillis();
      double expected = Row.ROWS.get((int) (id % Row.ROWS.size())).score();
      boolean right =
          score.outcome() == Outcome.SCORED && Math.abs(score.value() - expected) < 1e-6;
      return new Check(subtask, id, right);
    }
  }

  /** What came out of a subtask. */
  record Check(int subtask, long id, boolean right) {}
}
