package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** As many records as a busy topic brings in an hour, through a model that only adds. */
@Tag("soak")
class ScoringMemoryTest {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringMemoryTest.class);

  private static final long RECORDS = 200_000_000;
  private static final int STEPS = 10;
  private static final long NATIVE_SLACK_KIBIBYTES = 48 << 10;
  private static final long HEAP_SLACK_BYTES = 16 << 20;

  private static final ModelContract CONTRACT =
      TestModels.contract(
          "two-inputs",
          TestModels.TWO_INPUTS,
          new ScoreOutput("total", 0),
          TestModels.batch(1_024));

  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(patient())
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static final AtomicLong SCORED = new AtomicLong();

  /** For minutes of work on a machine that may stand still meanwhile. */
  private static Configuration patient() {
    Configuration configuration = new Configuration();
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(10));
    return configuration;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void memoryStaysAsItIs(boolean beside) throws Exception {
    assumeThat(ProcessMemory.MAPPINGS).exists();
    SCORED.set(0);
    JobClient job = start(beside);
    long nativeBefore = 0;
    long heapBefore = 0;
    long nativeAfter = 0;
    long heapAfter = 0;
    for (int step = 1; step < STEPS; step++) {
      awaitScored(step * RECORDS / STEPS, job);
      nativeAfter = ProcessMemory.nativeKibibytes();
      heapAfter = ProcessMemory.heapBytesInUse();
      LOG.info(
          "{} records: {} KiB beside the heap, {} KiB in it",
          step * RECORDS / STEPS,
          nativeAfter,
          heapAfter >> 10);
      if (step == 1) {
        nativeBefore = nativeAfter;
        heapBefore = heapAfter;
      }
    }
    job.getJobExecutionResult().get(30, TimeUnit.MINUTES);

    assertThat(SCORED).hasValue(RECORDS);
    assertThat(nativeAfter - nativeBefore).as("KiB more").isLessThan(NATIVE_SLACK_KIBIBYTES);
    assertThat(heapAfter - heapBefore).as("bytes of heap more").isLessThan(HEAP_SLACK_BYTES);
  }

  private static void awaitScored(long count, JobClient job) throws Exception {
    while (SCORED.get() < count) {
      if (job.getJobExecutionResult().isDone()) {
        job.getJobExecutionResult().get();
        throw new AssertionError("The job ended after " + SCORED + " records");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static JobClient start(boolean beside) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    ScoringModels models =
        ScoringModels.of(CONTRACT, TestModels.bytes("two-inputs"), ProviderChoice.CPU, false);
    DataStream<FeatureVector> vectors =
        env.fromSequence(0, RECORDS - 1).map(new Row()).returns(RecordTypeInfo.FEATURE_VECTOR);
    DataStream<Score> scores =
        beside
            ? vectors.transform("score", RecordTypeInfo.SCORE, AsynchronousScoring.of(models))
            : vectors.transform("score", RecordTypeInfo.SCORE, new SynchronousScoring(models));
    scores.map(new Counter()).returns(RecordTypeInfo.SCORE).sinkTo(new DiscardingSink<>());
    return env.executeAsync("memory");
  }

  private static final class Row implements MapFunction<Long, FeatureVector> {
    private static final VectorColumns COLUMNS = VectorColumns.of(CONTRACT);

    @Override
    public FeatureVector map(Long id) {
      return TestVectors.vector(id, COLUMNS, id % 97 + 0.5, 1, (double) (id % 13));
    }
  }

  private static final class Counter implements MapFunction<Score, Score> {
    private static final int BATCH = 10_000;

    private int uncounted;

    @Override
    public Score map(Score score) {
      double[] inputs = {score.vector().value(0), score.vector().value(1), score.vector().value(2)};
      if (score.value() != inputs[0] + inputs[1] + inputs[2]) {
        throw new IllegalStateException("a wrong " + score);
      }
      if (++uncounted == BATCH) {
        SCORED.addAndGet(BATCH);
        uncounted = 0;
      }
      return score;
    }
  }
}
