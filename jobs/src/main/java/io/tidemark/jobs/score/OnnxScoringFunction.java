package io.tidemark.jobs.score;

import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
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
  private transient ScoringMetrics metrics;

  /**
   * @param model the ONNX file the contract names, which travels with the job graph
   * @param deadlineEnabled whether the contract's time-out holds; bounded runs wait instead
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  public OnnxScoringFunction(
      ModelContract contract, byte[] model, ProviderChoice provider, boolean deadlineEnabled)
      throws InvalidModelException {
    this(contract, deadlineEnabled, onnx(contract, model.clone(), provider));
  }

  OnnxScoringFunction(
      ModelContract contract, boolean deadlineEnabled, ScoringEngine.Factory engines) {
    this.contract = contract;
    this.columns = VectorColumns.of(contract);
    this.deadlineEnabled = deadlineEnabled;
    this.engines = engines;
  }

  private static ScoringEngine.Factory onnx(
      ModelContract contract, byte[] model, ProviderChoice provider) throws InvalidModelException {
    OnnxFile.check(contract, model);
    return () -> OnnxScoringEngine.open(contract, model, provider, SessionRegistry.ofProcess());
  }

  /**
   * Loads the model in this process and lets it go again: for a client that has ONNX Runtime and
   * wants to know before it submits.
   *
   * @throws InvalidModelException if the model is not what its contract says
   */
  public static void verify(ModelContract contract, byte[] model) throws InvalidModelException {
    OnnxFile.check(contract, model);
    OnnxScoringEngine.open(contract, model, ProviderChoice.CPU, SessionRegistry.ofProcess())
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
      metrics =
          new ScoringMetrics(
              getRuntimeContext().getMetricGroup(),
              contract,
              engine.provider(),
              System::currentTimeMillis);
      batcher =
          new MicroBatcher(
              contract,
              engine,
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
    if (contract.missing() == MissingPolicy.REJECT && hasMissing(vector)) {
      metrics.rejected.inc();
      String version = contract.metadata().version().toString();
      future.complete(List.of(new Score(vector, Double.NaN, version, Outcome.REJECTED_MISSING)));
    } else {
      batcher.add(vector, future);
    }
  }

  private static boolean hasMissing(FeatureVector vector) {
    for (int column = 0; column < vector.columns(); column++) {
      if (vector.status(column) == FeatureStatus.MISSING) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    if (batcher != null) {
      batcher.close();
      batcher = null;
    }
  }
}
