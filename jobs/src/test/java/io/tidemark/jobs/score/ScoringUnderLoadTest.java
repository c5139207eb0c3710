package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.RecordedMetrics;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bursts, and many versions one after the other: nothing is lost, and memory stays as it is. */
class ScoringUnderLoadTest {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringUnderLoadTest.class);

  private static final List<Expected> ROWS = TestModels.expectedOfTrees();
  private static final int MAX_ROWS = 16;

  /** What batches hold beside the heap. */
  private static final BufferPoolMXBean DIRECT =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();

  @TempDir private Path folder;

  static LongStream manySeeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void burstsAreHeldUpAndScoredInOrder(long seed) throws Exception {
    burst(seed, 5_000);
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("manySeeds")
  void burstsAreHeldUpAndScoredInOrderForMinutes(long seed) throws Exception {
    burst(seed, 100_000);
  }

  /** Rows come one at a time, and every now and then a hundred times as fast. */
  private static void burst(long seed, int records) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    ModelContract contract =
        TestModels.trees(new ModelContract.Batch(MAX_ROWS, Duration.ofMillis(1)));
    var function =
        new OnnxScoringFunction(contract, TestModels.bytes("trees"), ProviderChoice.CPU, true);
    int capacity = OnnxScoringFunction.capacity(contract);
    var harness =
        new OneInputStreamOperatorTestHarness<FeatureVector, Score>(
            AsynchronousScoring.of(function),
            RecordTypeInfo.FEATURE_VECTOR.createSerializer(new SerializerConfigImpl()));
    try (harness) {
      harness.setup(RecordTypeInfo.SCORE.createSerializer(new SerializerConfigImpl()));
      harness.open();
      long buffersBefore = DIRECT.getCount();
      int next = 0;
      int answered = 0;
      while (next < records) {
        int burst = random.nextInt(10) == 0 ? random.nextInt(1, 1_000) : random.nextInt(1, 10);
        for (int i = 0; i < burst && next < records; i++, next++) {
          harness.processElement(ROWS.get(next % ROWS.size()).vector(next), next);
          answered = takeAnswers(harness.getOutput(), answered, seed);
          if (next + 1 - answered > capacity) {
            fail("seed %d: %d records are under way", seed, next + 1 - answered);
          }
        }
        LockSupport.parkNanos(random.nextInt(100_000));
      }
      harness.endInput();
      assertThat(takeAnswers(harness.getOutput(), answered, seed))
          .as("seed %d", seed)
          .isEqualTo(records);
      // A batch has one buffer, and what is under way fills no more batches than it has records.
      assertThat(DIRECT.getCount() - buffersBefore).as("seed %d", seed).isLessThan(2L * capacity);
    }
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  /** Checks what has come, in order, and drops it; returns how many have come so far. */
  private static int takeAnswers(Queue<Object> output, int before, long seed) {
    int record = before;
    for (Object element = output.poll(); element != null; element = output.poll()) {
      Score score = (Score) ((StreamRecord<?>) element).getValue();
      double expected = ROWS.get(record % ROWS.size()).score();
      if (score.vector().trigger().timeMillis() != record
          || score.outcome() != Outcome.SCORED
          || Math.abs(score.value() - expected) > 1e-6) {
        fail("seed %d: record %d is to have %f, but next comes %s", seed, record, expected, score);
      }
      record++;
    }
    return record;
  }

  @Tag("soak")
  @Test
  void thousandLoadsAndUnloadsLeaveMemoryAsItIs() throws Exception {
    assumeThat(ProcessMemory.MAPPINGS).exists();
    byte[] model = TestModels.bytes("mlp");
    ModelContract contract = TestModels.mlp(TestModels.batch(8));
    List<ModelStamp> stamps = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] file = Arrays.copyOf(model, model.length + 3 + i);
      file[model.length] = 2 << 3 | 2; // who wrote it, once more and longer
      file[model.length + 1] = (byte) (1 + i);
      Path path = Files.write(folder.resolve(i + ".onnx"), file);
      stamps.add(
          new ModelStamp(
              "mlp",
              "2.0." + i,
              TestModels.sha256(file),
              path.toUri().toString(),
              ModelStamp.STABLE));
    }
    ModelLanes lanes =
        ModelLanes.open(
            ScoringModels.of(
                    List.of(new ServedModel(contract, model)),
                    VectorColumns.of(contract),
                    null,
                    ProviderChoice.CPU,
                    true)
                .withMaxBytes(3L * model.length),
            new RecordedMetrics(),
            "load test");
    Mailbox mailbox = new Mailbox();
    long before = 0;
    try {
      for (int load = 0; load < 1_100; load++) {
        ModelStamp stamp = stamps.get(load % stamps.size());
        Mailbox.Pending pending = mailbox.new Pending();
        FeatureVector vector = TestModels.expectedOfMlp().get(0).vector(load);
        vector.stamp(stamp);
        lanes.lane(stamp).batcher().add(vector, pending);
        mailbox.runUntil(pending::isAnswered);
        assertThat(pending.score.modelVersion()).isEqualTo(stamp.version());
        if (load % 100 == 0) {
          LOG.info("{} loads: {} KiB beside the heap", load, ProcessMemory.nativeKibibytes());
        }
        if (load == 100) {
          before = ProcessMemory.nativeKibibytes();
        }
      }
    } finally {
      lanes.close();
    }
    mailbox.runUntil(() -> SessionRegistry.ofProcess().size() == 0);
    assertThat(ProcessMemory.nativeKibibytes() - before).as("KiB more").isLessThan(48 << 10);
  }
}
