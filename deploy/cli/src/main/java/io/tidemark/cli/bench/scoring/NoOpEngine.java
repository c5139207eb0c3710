package io.tidemark.cli.bench.scoring;

import io.tidemark.jobs.score.BatchScores;
import io.tidemark.jobs.score.ScoringEngine;
import io.tidemark.jobs.score.TensorRows;

/** Gives every row the same score, at once. */
final class NoOpEngine implements ScoringEngine {
  private static final double SCORE = 0.5;

  @Override
  public void score(TensorRows rows, int from, int count, BatchScores scores) {
    for (int row = from; row < from + count; row++) {
      scores.set(row, SCORE);
    }
  }

  @Override
  public String provider() {
    return "none";
  }

  @Override
  public void close() {}
}
