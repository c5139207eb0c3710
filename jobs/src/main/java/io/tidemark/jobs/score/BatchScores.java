package io.tidemark.jobs.score;

import java.util.BitSet;

/**
 * What a model said of the rows of a batch: a score each, and how sure it was.
 *
 * <p>Not thread-safe: belongs to whoever owns the batch.
 */
public final class BatchScores {
  private final double[] values;
  private final float[] confidences;
  private final float[] entropies;
  private final BitSet failed = new BitSet();

  /**
   * @param maxRows of a batch
   */
  public BatchScores(int maxRows) {
    this.values = new double[maxRows];
    this.confidences = new float[maxRows];
    this.entropies = new float[maxRows];
  }

  /** How many rows there is room for. */
  int size() {
    return values.length;
  }

  /** Makes it empty: no row has failed. */
  void clear() {
    failed.clear();
  }

  /**
   * The model's answer where it tells two classes apart, or none.
   *
   * @param value not finite where there is no answer for the row
   */
  public void set(int row, double value) {
    values[row] = value;
    boolean isProbability = value >= 0 && value <= 1;
    confidences[row] = isProbability ? (float) Math.max(value, 1 - value) : Float.NaN;
    entropies[row] =
        isProbability ? Entropy.term((float) value) + Entropy.term((float) (1 - value)) : Float.NaN;
  }

  /**
   * The model's answer where it gives the probabilities of several classes.
   *
   * @param confidence the largest of them; NaN where they are no probabilities
   * @param entropy of them in nats; NaN where they are no probabilities
   */
  void set(int row, double value, float confidence, float entropy) {
    values[row] = value;
    confidences[row] = confidence;
    entropies[row] = entropy;
  }

  /** Takes over a row of others. */
  void copy(int row, BatchScores from, int rowThere) {
    values[row] = from.values[rowThere];
    confidences[row] = from.confidences[rowThere];
    entropies[row] = from.entropies[rowThere];
    failed.set(row, from.failed.get(rowThere));
  }

  /** The engine has no answer for this row, whatever it is asked with. */
  void fail(int row) {
    failed.set(row);
  }

  boolean hasFailed(int row) {
    return failed.get(row);
  }

  /** Whether the model gave a number. */
  boolean hasAnswer(int row) {
    return !failed.get(row) && Double.isFinite(values[row]);
  }

  double value(int row) {
    return values[row];
  }

  /** The probability of the likeliest class; NaN where the model gives no probabilities. */
  float confidence(int row) {
    return confidences[row];
  }

  /** The entropy of the classes in nats; NaN where the model gives no probabilities. */
  float entropy(int row) {
    return entropies[row];
  }
}
