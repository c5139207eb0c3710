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

  private static final double MEDIUM_FROM = 0.7;
  private static final double HIGH_FROM = 0.9;

  static Confidence of(double score) {
    if (!(score >= 0 && score <= 1)) {
      return NONE;
    }
    double larger = Math.max(score, 1 - score);
    if (larger >= HIGH_FROM) {
      return HIGH;
    }
    return larger >= MEDIUM_FROM ? MEDIUM : LOW;
  }

  /** The value of a metric label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
