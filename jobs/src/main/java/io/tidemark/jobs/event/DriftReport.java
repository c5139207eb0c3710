package io.tidemark.jobs.event;

/**
 * How far one feature, or the score, of one model version lay from its baseline in one window of
 * event time.
 *
 * @param feature as the model contract spells it; {@code score} for the score
 * @param windowEndMillis excluded
 * @param complete whether the version was seen before the window began or as it began, and after it
 *     ended: a part of a week has another share of weekends
 * @param sufficient whether {@code rows} reaches the minimum sample
 * @param records of the version in the window
 * @param rows values that the distances are of
 * @param missing records with no value of their own: a feature's default or nothing stood there, or
 *     the score is not the model's
 * @param ks Kolmogorov-Smirnov distance, a lower bound; NaN without rows
 * @param ksError how much larger the distance can be at most
 * @param psi population stability index; NaN without rows
 */
public record DriftReport(
    String model,
    String version,
    DriftKind kind,
    String feature,
    long windowStartMillis,
    long windowEndMillis,
    boolean complete,
    boolean sufficient,
    long records,
    long rows,
    long missing,
    double ks,
    double ksError,
    double psi) {

  /** Whether somebody may be woken for it. */
  public boolean isConclusive() {
    return complete && sufficient;
  }

  /** Between 0 and 1. */
  public double missingRatio() {
    return (double) missing / records;
  }
}
