package io.tidemark.jobs.drift;

import io.tidemark.jobs.event.DriftCounts;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** Some subtasks that count and the one that merges, as in a job. */
final class DriftPipeline implements AutoCloseable {
  private static final int MAX_PARALLELISM = 128;

  private final List<OneInputStreamOperatorTestHarness<Score, DriftCounts>> counters =
      new ArrayList<>();
  private final OneInputStreamOperatorTestHarness<DriftCounts, DriftReport> merger;
  private final List<MockEnvironment> environments = new ArrayList<>();
  private final long[] watermarks;
  private final boolean[] idle;
  private long mergedWatermark = Long.MIN_VALUE;
  final List<RegisteredMetrics> counterMetrics = new ArrayList<>();
  final RegisteredMetrics mergerMetrics = new RegisteredMetrics();

  /** A checkpoint. */
  record Snapshot(OperatorSubtaskState[] counters, OperatorSubtaskState merger) {}

  private DriftPipeline(DriftSettings settings, int parallelism, @Nullable Snapshot snapshot)
      throws Exception {
    watermarks = new long[parallelism];
    idle = new boolean[parallelism];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    OperatorSubtaskState all =
        snapshot == null
            ? null
            : AbstractStreamOperatorTestHarness.repackageState(snapshot.counters);
    for (int i = 0; i < parallelism; i++) {
      RegisteredMetrics metrics = new RegisteredMetrics();
      counterMetrics.add(metrics);
      counters.add(
          open(
              new DriftCounter(settings),
              metrics,
              parallelism,
              i,
              all == null
                  ? null
                  : AbstractStreamOperatorTestHarness.repartitionOperatorState(
                      all, MAX_PARALLELISM, snapshot.counters.length, parallelism, i)));
    }
    merger =
        open(
            new DriftMerger(settings),
            mergerMetrics,
            1,
            0,
            snapshot == null ? null : snapshot.merger);
  }

  static DriftPipeline start(DriftSettings settings, int parallelism) throws Exception {
    return new DriftPipeline(settings, parallelism, null);
  }

  static DriftPipeline restore(DriftSettings settings, int parallelism, Snapshot snapshot)
      throws Exception {
    return new DriftPipeline(settings, parallelism, snapshot);
  }

  private <I, O> OneInputStreamOperatorTestHarness<I, O> open(
      OneInputStreamOperator<I, O> operator,
      RegisteredMetrics metrics,
      int parallelism,
      int subtask,
      @Nullable OperatorSubtaskState state)
      throws Exception {
    MockEnvironment environment =
        new MockEnvironmentBuilder()
            .setMaxParallelism(MAX_PARALLELISM)
            .setParallelism(parallelism)
            .setSubtaskIndex(subtask)
            .setMetricGroup(metrics.task())
            .build();
    environments.add(environment);
    OneInputStreamOperatorTestHarness<I, O> harness =
        new OneInputStreamOperatorTestHarness<>(operator, environment);
    if (state == null) {
      harness.initializeEmptyState();
    } else {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  int parallelism() {
    return counters.size();
  }

  void send(int subtask, Score score) throws Exception {
    counters.get(subtask).processElement(new StreamRecord<>(score));
  }

  /** To all subtasks. */
  void watermark(long millis) throws Exception {
    for (int i = 0; i < counters.size(); i++) {
      watermark(i, millis);
    }
  }

  void watermark(int subtask, long millis) throws Exception {
    counters.get(subtask).processWatermark(new Watermark(millis));
    watermarks[subtask] = Math.max(watermarks[subtask], millis);
    merge();
  }

  void status(int subtask, WatermarkStatus status) throws Exception {
    counters.get(subtask).processWatermarkStatus(status);
    merge();
  }

  void idle(int subtask) throws Exception {
    status(subtask, WatermarkStatus.IDLE);
  }

  void endOfInput() throws Exception {
    watermark(Watermark.MAX_WATERMARK.getTimestamp());
  }

  private void merge() throws Exception {
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < counters.size(); i++) {
      for (DriftCounts counts : counters.get(i).extractOutputValues()) {
        merger.processElement(new StreamRecord<>(counts));
      }
      for (Object out : counters.get(i).getOutput()) {
        if (out instanceof WatermarkStatus status) {
          idle[i] = status.isIdle();
        }
      }
      counters.get(i).getOutput().clear();
      lowest = idle[i] ? lowest : Math.min(lowest, watermarks[i]);
    }
    if (lowest > mergedWatermark) {
      mergedWatermark = lowest;
      merger.processWatermark(new Watermark(lowest));
    }
  }

  Snapshot snapshot() throws Exception {
    OperatorSubtaskState[] states = new OperatorSubtaskState[counters.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = counters.get(i).snapshot(1, 1);
    }
    return new Snapshot(states, merger.snapshot(1, 1));
  }

  DriftMerger merger() {
    return (DriftMerger) merger.getOneInputOperator();
  }

  /** So far, in order. */
  List<DriftReport> reports() {
    return merger.extractOutputValues();
  }

  @Override
  public void close() throws Exception {
    for (var counter : counters) {
      counter.close();
    }
    merger.close();
    for (MockEnvironment environment : environments) {
      environment.close();
    }
  }
}
