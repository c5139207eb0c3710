package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Scores vectors with one ONNX model, in micro-batches.
 *
 * <p>Use it with {@code AsyncDataStream.orderedWait}, a time-out of 0 (the deadline is kept here,
 * per batch: a timer per record costs half the throughput) and {@link #capacity}. Every vector gets
 * exactly one score; where the model is late or fails it is the contract's fallback, with the
 * outcome saying so, and the job goes on.
 */
public final class OnnxScoringFunction extends RichAsyncFunction<FeatureVector, Score> {
  private static final long serialVersionUID = 1L;

  private static final int DRAIN_THREADS = 1;

  private final ModelContract contract;
  private final VectorColumns columns;
  private final boolean deadlineEnabled;
  private final ScoringEngine.Factory engines;

  // Set when the function is opened.
  private transient MicroBatcher batcher;
  private transient Answers answers;

  /**
   * @param model the ONNX file the contract names, which travels with the job graph
   * @param deadlineEnabled whether the contract's time-out holds; bounded runs wait instead
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  public OnnxScoringFunction(
      ModelContract contract, byte[] model, ProviderChoice provider, boolean deadlineEnabled)
      throws InvalidModelException {
    this(contract, deadlineEnabled, OnnxEngines.of(contract, model, provider));
  }

  /** With an engine of one's own. */
  public OnnxScoringFunction(
      ModelContract contract, boolean deadlineEnabled, ScoringEngine.Factory engines) {
    this.contract = contract;
    this.columns = VectorColumns.of(contract);
    this.deadlineEnabled = deadlineEnabled;
    this.engines = engines;
  }

  /**
   * Loads the model in this process and lets it go again: for a client that has ONNX Runtime and
   * wants to know before it submits.
   *
   * @throws InvalidModelException if the model is not what its contract says
   */
  public static void verify(ModelContract contract, byte[] model) throws InvalidModelException {
    OnnxFile.check(contract, model);
    InputLayout layout = InputLayout.of(contract, VectorColumns.of(contract), null);
    OnnxScoringEngine.open(contract, layout, model, ProviderChoice.CPU, SessionRegistry.ofProcess())
        .close();
  }

  /**
   * How many records the async operator may hold: a batch in the engine, one that waits for it, one
   * that is filling.
   */
  public static int capacity(ModelContract contract) {
    return Math.multiplyExact(DRAIN_THREADS + 2, contract.batch().maxRows());
  }

  @Override
  public void open(OpenContext context) throws Exception {
    ScoringEngine engine = engines.open();
    try {
      ScoringMetrics metrics =
          new ScoringMetrics(
              getRuntimeContext().getMetricGroup(),
              contract,
              engine.provider(),
              System::currentTimeMillis);
      answers = new Answers(contract, metrics);
      BatchCost cost = engine.cost();
      batcher =
          new MicroBatcher(
              contract,
              InputLayout.of(contract, columns, null),
              List.of(engine),
              cost == null
                  ? BatchPacing.fixed(contract.batch())
                  : BatchPacing.adaptive(
                      contract.batch(), contract.timeout(), cost, System.nanoTime()),
              metrics,
              System::nanoTime,
              deadlineEnabled,
              "score " + getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks());
    } finally {
      if (batcher == null) {
        engine.close();
      }
    }
  }

  @Override
  public void asyncInvoke(FeatureVector vector, ResultFuture<Score> future) {
    columns.requireSame(vector);
    Score rejection = answers.rejection(vector);
    if (rejection == null) {
      batcher.add(vector, future);
    } else {
      future.complete(List.of(rejection));
    }
  }

  @Override
  public void close() {
    if (batcher != null) {
      batcher.close();
      batcher = null;
    }
  }
}
