package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.runtime.ProviderChoice;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/**
 * Scores vectors with ONNX models, in micro-batches: with the version of their stamp, or with the
 * job's own.
 *
 * <p>Jobs run it in {@link AsynchronousScoring}. {@code AsyncDataStream.orderedWait} takes it, too,
 * with a time-out of 0 (the deadline is kept here, per batch: a timer per record costs half the
 * throughput) and {@link #capacity}. Every vector gets exactly one score; where the model is late
 * or fails it is the contract's fallback, with the outcome saying so, and the job goes on.
 */
public final class OnnxScoringFunction extends RichAsyncFunction<FeatureVector, Score> {
  private static final long serialVersionUID = 1L;

  private static final int DRAIN_THREADS = 1;

  private final ScoringModels models;
  private final ScoringEngine.@Nullable Factory engines;

  // Set when the function is opened.
  private transient ModelLanes lanes;

  /** With the models of a job. */
  public OnnxScoringFunction(ScoringModels models) {
    this(models, null);
  }

  /**
   * With one model, on vectors that have its columns.
   *
   * @param model the ONNX file the contract names, which travels with the job graph
   * @param deadlineEnabled whether the contract's time-out holds; bounded runs wait instead
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  public OnnxScoringFunction(
      ModelContract contract, byte[] model, ProviderChoice provider, boolean deadlineEnabled)
      throws InvalidModelException {
    this(ScoringModels.of(contract, model, provider, deadlineEnabled));
  }

  /** With an engine of one's own in the place of the contract's model. */
  public OnnxScoringFunction(
      ModelContract contract, boolean deadlineEnabled, ScoringEngine.Factory engines) {
    this(ScoringModels.withoutFile(contract, deadlineEnabled), engines);
  }

  private OnnxScoringFunction(ScoringModels models, ScoringEngine.@Nullable Factory engines) {
    this.models = models;
    this.engines = engines;
  }

  /**
   * Loads the model in this process and lets it go again: for a client that has ONNX Runtime and
   * wants to know before it submits.
   *
   * @throws InvalidModelException if the model is not what its contract says
   */
  public static void verify(ServedModel model) throws InvalidModelException {
    InputLayout layout = InputLayout.ofItself(model.contract());
    LoadedModel.load(model, layout, ProviderChoice.CPU).close();
  }

  /**
   * How many records the async operator may hold: a batch in the engine, one that waits for it, one
   * that is filling.
   */
  public static int capacity(ModelContract contract) {
    return capacity(contract, DRAIN_THREADS);
  }

  /** The same as is known once the function is open: a device may run several batches at once. */
  int capacity() {
    return capacity(models.byDefault().contract(), lanes.enginesPerModel());
  }

  private static int capacity(ModelContract contract, int drainThreads) {
    return Math.multiplyExact(drainThreads + 2, contract.batch().maxRows());
  }

  @Override
  public void open(OpenContext context) throws Exception {
    String name = "score " + getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks();
    lanes =
        engines == null
            ? ModelLanes.open(models, getRuntimeContext().getMetricGroup(), name)
            : ModelLanes.open(
                models,
                LoadedModel.of(models, engines.open()),
                getRuntimeContext().getMetricGroup(),
                name);
  }

  @Override
  public void asyncInvoke(FeatureVector vector, ResultFuture<Score> future) {
    models.columns().requireSame(vector);
    ModelLanes.Lane lane = lanes.lane(vector.stamp());
    Score rejection = lane.answers().rejection(vector);
    if (rejection == null) {
      lane.batcher().add(vector, future);
    } else {
      ScoreFuture.answer(future, rejection);
    }
  }

  @Override
  public void close() {
    if (lanes != null) {
      lanes.close();
      lanes = null;
    }
  }
}
