package io.tidemark.jobs.score;

import org.jspecify.annotations.Nullable;

/**
 * What scores the batches of a version: the version itself or, where it could not be used, the one
 * of its model that was good before.
 *
 * <p>Not thread-safe: used by the thread that owns the engine.
 */
final class BatchScoring implements AutoCloseable {
  private final @Nullable BatchInference inference;
  private final @Nullable TensorRows ownRows;
  private final @Nullable BatchScores ownScores;
  private final Answers answers;
  private final BatchPacing pacing;

  private BatchScoring(
      @Nullable BatchInference inference,
      @Nullable TensorRows ownRows,
      @Nullable BatchScores ownScores,
      Answers answers,
      BatchPacing pacing) {
    this.inference = inference;
    this.ownRows = ownRows;
    this.ownScores = ownScores;
    this.answers = answers;
    this.pacing = pacing;
  }

  /** By the version that the batches were made for. */
  static BatchScoring own(BatchInference inference, Answers answers, BatchPacing pacing) {
    return new BatchScoring(inference, null, null, answers, pacing);
  }

  /**
   * By another version, which may take other inputs.
   *
   * @param rows room for a batch of its inputs
   * @param scores and of its scores
   * @param answers of the other version
   */
  static BatchScoring standIn(
      BatchInference inference,
      TensorRows rows,
      BatchScores scores,
      Answers answers,
      BatchPacing pacing) {
    return new BatchScoring(inference, rows, scores, answers, pacing);
  }

  /** By none: the fallback answers. */
  static BatchScoring none(Answers answers, BatchPacing pacing) {
    return new BatchScoring(null, null, null, answers, pacing);
  }

  /** Scores what is in the batch, whatever happens. */
  void run(MicroBatch batch, long deadlineNanos) {
    int count = batch.count();
    BatchScores scores = batch.scores();
    if (inference == null) {
      scores.clear();
      for (int row = 0; row < count; row++) {
        scores.fail(row);
      }
    } else if (ownRows == null || ownScores == null) {
      inference.run(batch.rows(), count, scores, deadlineNanos);
    } else {
      for (int from = 0; from < count; from += ownScores.size()) {
        int part = Math.min(ownScores.size(), count - from);
        runElsewhere(inference, ownRows, ownScores, batch, from, part, deadlineNanos);
      }
    }
  }

  private static void runElsewhere(
      BatchInference inference,
      TensorRows rows,
      BatchScores scores,
      MicroBatch batch,
      int from,
      int count,
      long deadlineNanos) {
    boolean[] unfit = new boolean[count];
    for (int row = 0; row < count; row++) {
      unfit[row] = !rows.write(row, batch.vector(from + row));
    }
    inference.run(rows, count, scores, deadlineNanos);
    for (int row = 0; row < count; row++) {
      if (unfit[row]) {
        scores.fail(row);
      }
      batch.scores().copy(from + row, scores, row);
    }
  }

  Answers answers() {
    return answers;
  }

  BatchPacing pacing() {
    return pacing;
  }

  @Override
  public void close() {
    if (inference != null) {
      inference.close();
    }
  }
}
