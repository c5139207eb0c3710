package io.tidemark.jobs.score;

import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Makes the answers of one version of a model, and counts them: its score where there is one, else
 * the contract's fallback.
 *
 * <p>Not thread-safe: used by the task thread.
 */
final class Answers {
  private final String version;
  private final ScoringMetrics metrics;
  private final FallbackScorer fallback;
  private final boolean rejectsMissing;

  Answers(ModelContract contract, FallbackScorer fallback, ScoringMetrics metrics) {
    this.fallback = fallback;
    this.version = contract.metadata().version().toString();
    this.metrics = metrics;
    this.rejectsMissing = contract.missing() == MissingPolicy.REJECT;
  }

  ScoringMetrics metrics() {
    return metrics;
  }

  /** The answer to a record that is not to be scored; null where it is. */
  @Nullable Score rejection(FeatureVector vector) {
    FeatureStatus worst = vector.worstStatus();
    metrics.vector(worst);
    // Worse than missing is only invalid, which may hide a missing one.
    if (!rejectsMissing
        || worst.ordinal() < FeatureStatus.MISSING.ordinal()
        || !hasMissing(vector)) {
      return null;
    }
    metrics.rejected.inc();
    return new Score(vector, Double.NaN, version, Outcome.REJECTED_MISSING);
  }

  private static boolean hasMissing(FeatureVector vector) {
    for (int column = 0; column < vector.columns(); column++) {
      if (vector.status(column) == FeatureStatus.MISSING) {
        return true;
      }
    }
    return false;
  }

  /** The answer to a record one of whose values cannot stand in its tensor. */
  Score unfit(FeatureVector vector) {
    metrics.degraded(metrics.unfit);
    return fallback(vector, Outcome.INFERENCE_ERROR);
  }

  /** The answer to a record whose deadline passed. */
  Score overdue(FeatureVector vector) {
    metrics.degraded(metrics.timedOut);
    return fallback(vector, Outcome.TIMEOUT);
  }

  /** The answer to a record that went through the engine, counted with its batch. */
  Score inferred(FeatureVector vector, BatchScores scores, int row) {
    return scores.hasAnswer(row)
        ? new Score(vector, scores.value(row), version, Outcome.SCORED)
        : fallback(vector, Outcome.INFERENCE_ERROR);
  }

  private Score fallback(FeatureVector vector, Outcome outcome) {
    return new Score(vector, fallback.score(vector), version, outcome);
  }
}
