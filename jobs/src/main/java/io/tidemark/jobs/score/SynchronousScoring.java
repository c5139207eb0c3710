package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import java.util.Arrays;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Scores vectors in the task's own thread, a batch at a time: the same scores as {@link
 * OnnxScoringFunction}, for less of the processor where that is what inference runs on, since
 * nothing is handed from thread to thread.
 *
 * <p>How it works: a record is written into the batch and waits in an array. The batch is scored
 * when it is full, when its oldest record has waited as long as {@link BatchPacing} says, and
 * before anything else goes on that records must not be overtaken by: a watermark, an idle status,
 * a barrier (so that a checkpoint holds no record), the end of the input. Then the answers leave in
 * the order of the records.
 *
 * <p>There is no deadline: nothing can answer while the task thread is inside the model. Where a
 * model may hang, use {@link OnnxScoringFunction}.
 */
public final class SynchronousScoring extends AbstractStreamOperator<Score>
    implements OneInputStreamOperator<FeatureVector, Score>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private final ModelContract contract;
  private final VectorColumns columns;
  private final ScoringEngine.Factory engines;

  // Set when the operator is opened.
  private transient BatchInference inference;
  private transient BatchPacing pacing;
  private transient ScoringMetrics measured;
  private transient Answers answers;
  private transient TensorRows rows;
  private transient BatchScores scores;
  private transient StreamRecord<Score> reused;
  private transient @Nullable FeatureVector[] vectors;
  private transient long[] timestamps;
  private transient int count;
  private transient int limit;
  private transient long openedNanos;
  private transient @Nullable ScheduledFuture<?> timer; // under way, if any

  /**
   * @param model the ONNX file the contract names, which travels with the job graph
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  public SynchronousScoring(ModelContract contract, byte[] model, ProviderChoice provider)
      throws InvalidModelException {
    this(contract, OnnxEngines.of(contract, model, provider));
  }

  /** With an engine of one's own. */
  public SynchronousScoring(ModelContract contract, ScoringEngine.Factory engines) {
    this.contract = contract;
    this.columns = VectorColumns.of(contract);
    this.engines = engines;
  }

  @Override
  public void open() throws Exception {
    super.open();
    ScoringEngine engine = engines.open();
    try {
      measured =
          new ScoringMetrics(
              getMetricGroup(), contract, engine.provider(), System::currentTimeMillis);
      inference = new BatchInference(contract, engine, measured, System::nanoTime);
    } finally {
      if (inference == null) {
        engine.close();
      }
    }
    int maxRows = contract.batch().maxRows();
    BatchCost cost = engine.cost();
    pacing =
        cost == null
            ? BatchPacing.fixed(contract.batch())
            : BatchPacing.adaptive(contract.batch(), contract.timeout(), cost, System.nanoTime());
    answers = new Answers(contract, measured);
    measured.watchInFlight(() -> count);
    rows = new TensorRows(InputLayout.of(contract, columns, null), maxRows);
    scores = new BatchScores(maxRows);
    reused = new StreamRecord<>(null);
    vectors = new FeatureVector[maxRows];
    timestamps = new long[maxRows];
    limit = pacing.rows();
  }

  @Override
  public void processElement(StreamRecord<FeatureVector> record) {
    FeatureVector vector = record.getValue();
    columns.requireSame(vector);
    long timestamp = record.hasTimestamp() ? record.getTimestamp() : Long.MIN_VALUE;
    Score answer = answers.rejection(vector);
    if (answer == null && !rows.write(count, vector)) {
      answer = answers.unfit(vector);
    }
    if (answer != null) {
      flush();
      emit(answer, timestamp, measured.nowMillis());
      return;
    }
    if (count == 0) {
      openedNanos = System.nanoTime();
    }
    vectors[count] = vector;
    timestamps[count] = timestamp;
    count++;
    if (count >= limit || pacing.delayNanos() == 0) {
      flush();
    } else if (timer == null) {
      setTimer(pacing.delayNanos());
    }
  }

  /** One timer is under way at most: it looks for itself how old the batch is when it fires. */
  private void setTimer(long delayNanos) {
    long delayMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(delayNanos));
    timer =
        getProcessingTimeService()
            .registerTimer(
                getProcessingTimeService().getCurrentProcessingTime() + delayMillis,
                time -> onTimer());
  }

  private void onTimer() {
    long leftNanos = count == 0 ? 0 : openedNanos + pacing.delayNanos() - System.nanoTime();
    if (leftNanos > 0) {
      setTimer(leftNanos);
    } else {
      timer = null;
      flush();
    }
  }

  /** Scores the batch and sends on its answers. */
  private void flush() {
    if (count == 0) {
      return;
    }
    int flushed = count;
    long startNanos = System.nanoTime();
    long deadlineNanos = startNanos + contract.timeout().toNanos();
    inference.run(rows, flushed, scores, deadlineNanos);
    long endNanos = System.nanoTime();
    measured.leftQueue(startNanos - openedNanos);
    measured.inferred(flushed, endNanos - startNanos);
    pacing.observe(flushed, endNanos, endNanos - openedNanos);
    limit = pacing.rows();
    long nowMillis = measured.nowMillis();
    for (int row = 0; row < flushed; row++) {
      FeatureVector vector = vectors[row];
      if (vector != null) { // always, as every row below the count has one
        emit(answers.inferred(vector, scores, row), timestamps[row], nowMillis);
      }
    }
    Arrays.fill(vectors, 0, flushed, null);
    count = 0;
  }

  private void emit(Score score, long timestamp, long nowMillis) {
    measured.answered(score.vector().trigger().ingestedAtMillis(), nowMillis);
    if (timestamp == Long.MIN_VALUE) {
      reused.replace(score);
      reused.eraseTimestamp();
    } else {
      reused.replace(score, timestamp);
    }
    output.collect(reused);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush();
    super.processWatermark(mark);
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    flush();
    super.processWatermarkStatus(status);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void endInput() {
    flush();
  }

  @Override
  public void close() throws Exception {
    if (timer != null) {
      timer.cancel(false);
    }
    if (inference != null) {
      inference.close();
      inference = null;
    }
    super.close();
  }
}
