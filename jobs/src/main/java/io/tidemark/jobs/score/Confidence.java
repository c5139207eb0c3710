package io.tidemark.jobs.score;

import java.util.Locale;

/**
 * How sure a model is, read from a score that is the probability p of one of two classes: the
 * larger of p and 1 − p.
 */
enum Confidence {
  /** Below 0.7. */
  LOW,
  /** From 0.7. */
  MEDIUM,
  /** From 0.9. */
  HIGH,
  /** The score is no probability: it lies outside of [0, 1]. */
  NONE;

  private static final Confidence[] LEVELS = values();
  private static final double MEDIUM_FROM = 0.7;
  private static final double HIGH_FROM = 0.9;

  static Confidence of(double score) {
    if (!(score >= 0 && score <= 1)) {
      return NONE;
    }
    double larger = Math.max(score, 1 - score);
    int level = (larger >= MEDIUM_FROM ? 1 : 0) + (larger >= HIGH_FROM ? 1 : 0);
    return LEVELS[level]; // without a branch that could not be foreseen
  }

  /** The value of a metric label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
