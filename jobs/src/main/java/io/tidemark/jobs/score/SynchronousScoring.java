package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.runtime.ProviderChoice;
import java.util.Arrays;
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
 * <p>How it works: a record is written into the batch of its version and waits in an array. All
 * batches are scored when one is full, when the oldest record has waited as long as {@link
 * BatchPacing} says, or, while batches fill by themselves, as long as the contract's {@code
 * maxDelay}, and before anything else goes on that records must not be overtaken by: a watermark,
 * an idle status, a barrier (so that a checkpoint holds no record), the end of the input. Then the
 * answers leave in the order of the records.
 *
 * <p>There is no deadline: nothing can answer while the task thread is inside the model. Where a
 * model may hang, use {@link OnnxScoringFunction}.
 */
public final class SynchronousScoring extends AbstractStreamOperator<Score>
    implements OneInputStreamOperator<FeatureVector, Score>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private final ScoringModels models;
  private final ScoringEngine.@Nullable Factory engines;

  // Set when the operator is opened.
  private transient TaskModels loaded;
  private transient ReusedRecord reused;
  private transient @Nullable FeatureVector[] vectors;
  private transient TaskModels.@Nullable Model[] scoredBy;
  private transient long[] timestamps;
  private transient int count;
  private transient long openedNanos;
  private transient long dueNanos; // when what has gathered leaves though it is not full
  private transient boolean filling; // the latest batch that ended by itself was full
  private transient BatchAlarm alarm;

  /** With the models of a job. */
  public SynchronousScoring(ScoringModels models) {
    this(models, null);
  }

  /**
   * With one model, on vectors that have its columns.
   *
   * @param model the ONNX file the contract names, which travels with the job graph
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  public SynchronousScoring(ModelContract contract, byte[] model, ProviderChoice provider)
      throws InvalidModelException {
    this(ScoringModels.of(contract, model, provider, false));
  }

  /** With an engine of one's own in the place of the contract's model. */
  public SynchronousScoring(ModelContract contract, ScoringEngine.Factory engines) {
    this(ScoringModels.withoutFile(contract, false), engines);
  }

  private SynchronousScoring(ScoringModels models, ScoringEngine.@Nullable Factory engines) {
    this.models = models;
    this.engines = engines;
  }

  @Override
  public void open() throws Exception {
    super.open();
    ServedModel first = models.byDefault();
    LoadedModel model =
        engines == null
            ? LoadedModel.load(first, models.layout(first.contract()), models.provider())
            : LoadedModel.of(models, engines.open());
    loaded = TaskModels.open(models, model, getMetricGroup());
    loaded.watchInFlight(() -> count);
    int room = first.contract().batch().maxRows();
    reused = new ReusedRecord();
    vectors = new FeatureVector[room];
    scoredBy = new TaskModels.Model[room];
    timestamps = new long[room];
    alarm =
        BatchAlarm.start(
            getContainingTask()
                .getMailboxExecutorFactory()
                .createExecutor(getOperatorConfig().getChainIndex()),
            this::flushWhatIsDue,
            "score " + getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks() + " alarm");
  }

  @Override
  public void processElement(StreamRecord<FeatureVector> record) {
    FeatureVector vector = record.getValue();
    models.columns().requireSame(vector);
    long timestamp = ReusedRecord.timestampOf(record);
    TaskModels.Model model = loaded.model(vector.stamp());
    if (model == null) { // not loaded, and first there must be no record under way
      flush();
      model = loaded.load(vector.stamp());
    }
    Score answer = model.answers().rejection(vector);
    if (answer == null && !model.add(vector)) {
      answer = model.answers().unfit(vector);
    }
    if (answer != null) {
      flush();
      emit(model, answer, timestamp, loaded.nowMillis());
      return;
    }
    if (count == 0) {
      openedNanos = System.nanoTime();
    }
    vectors[count] = vector;
    scoredBy[count] = model;
    timestamps[count] = timestamp;
    count++;
    if (model.isFull() || count == vectors.length) {
      filling = true;
      flush();
    } else if (model.delayNanos() == 0) {
      flush();
    } else if (count == 1) {
      dueNanos = openedNanos + patienceNanos(model);
      alarm.set(dueNanos);
    }
  }

  /** How long the oldest record waits: while batches fill by themselves, none is cut short. */
  private long patienceNanos(TaskModels.Model model) {
    return filling ? model.maxDelayNanos() : model.delayNanos();
  }

  private void flushWhatIsDue() {
    if (count > 0 && System.nanoTime() - dueNanos >= 0) { // else that has left, by another way
      filling = false;
      flush();
    }
  }

  /** Scores what has gathered and sends on the answers. */
  private void flush() {
    if (count == 0) {
      return;
    }
    int flushed = count;
    loaded.run(openedNanos);
    long nowMillis = loaded.nowMillis();
    for (int i = 0; i < flushed; i++) {
      FeatureVector vector = vectors[i];
      TaskModels.Model model = scoredBy[i];
      if (vector != null && model != null) { // always, as all below the count are set
        emit(model, model.answerNext(vector), timestamps[i], nowMillis);
      }
    }
    Arrays.fill(vectors, 0, flushed, null);
    Arrays.fill(scoredBy, 0, flushed, null);
    count = 0;
    alarm.clear(); // only now: at full load the next record sets it again at once
  }

  private void emit(TaskModels.Model model, Score score, long timestamp, long nowMillis) {
    model.answers().metrics().answered(score.vector().trigger().ingestedAtMillis(), nowMillis);
    output.collect(reused.with(score, timestamp));
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
    if (alarm != null) {
      alarm.close();
    }
    if (loaded != null) {
      loaded.close();
      loaded = null;
    }
    super.close();
  }
}
