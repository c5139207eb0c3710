package io.tidemark.jobs.score;

import java.io.Serializable;

/**
 * What turns a batch of rows into scores: ONNX Runtime, or in a test something that hangs or fails.
 *
 * <p>Not thread-safe: {@link #score} and {@link #close} are called one after the other, by
 * whichever thread owns the engine.
 */
interface ScoringEngine extends AutoCloseable {
  /**
   * Scores the first {@code count} rows.
   *
   * @param scores gets the score of row i at i; not finite where the model has no answer for a row
   * @throws Exception if no row of the batch can be scored
   */
  void score(TensorRows rows, int count, double[] scores) throws Exception;

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
