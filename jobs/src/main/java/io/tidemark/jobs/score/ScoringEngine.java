package io.tidemark.jobs.score;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What turns a batch of rows into scores: ONNX Runtime, or in a test or a benchmark something else.
 *
 * <p>Not thread-safe: {@link #score} and {@link #close} are called one after the other, by
 * whichever thread owns the engine.
 */
public interface ScoringEngine extends AutoCloseable {
  /**
   * Scores {@code count} rows from {@code from} on.
   *
   * @param scores gets the score of row i at i; not finite where the model has no answer for a row
   * @throws Exception if no row of the batch can be scored
   */
  void score(TensorRows rows, int from, int count, BatchScores scores) throws Exception;

  /** Whether the same call may succeed in a moment. */
  default boolean isTransient(Throwable failure) {
    return false;
  }

  /** What a batch costs as measured when the engine was opened; null where nobody did. */
  default @Nullable BatchCost cost() {
    return null;
  }

  /** What the engine runs on, as the value of a metric label. */
  String provider();

  @Override
  void close();

  /** Makes the engine where the function is opened. */
  @FunctionalInterface
  interface Factory extends Serializable {
    ScoringEngine open() throws Exception;
  }
}
