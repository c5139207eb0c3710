package io.tidemark.cli.bench.scoring;

import io.tidemark.jobs.score.BatchCost;
import io.tidemark.jobs.score.BatchScores;
import io.tidemark.jobs.score.ScoringEngine;
import io.tidemark.jobs.score.TensorRows;
import org.jspecify.annotations.Nullable;

/**
 * Gives every row the same score, at once.
 *
 * @param atOnce whether no record is to wait for others: else batches are as large as the contract
 *     allows, and wait as long
 */
record NoOpEngine(boolean atOnce) implements ScoringEngine {
  private static final double SCORE = 0.5;

  @Override
  public void score(TensorRows rows, int from, int count, BatchScores scores) {
    for (int row = from; row < from + count; row++) {
      scores.set(row, SCORE);
    }
  }

  @Override
  public @Nullable BatchCost cost() {
    return atOnce ? new BatchCost(1, 0) : null;
  }

  @Override
  public String provider() {
    return "none";
  }

  @Override
  public void close() {}
}
