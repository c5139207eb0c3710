package io.tidemark.cli.simulator;

/** Which terminals or cards are in the hands of fraudsters: a few more every day, for some days. */
final class FraudSpells {
  /** For each terminal or card, the first day on which it is clean again. */
  private final long[] cleanFromDay;

  private final int newPerDay;
  private final int outOf;
  private final int lengthDays;

  /** Every day {@code newPerDay} out of {@code outOf} are hit, for {@code lengthDays} days. */
  FraudSpells(int size, int newPerDay, int outOf, int lengthDays) {
    this.cleanFromDay = new long[size];
    this.newPerDay = newPerDay;
    this.outOf = outOf;
    this.lengthDays = lengthDays;
  }

  /** Draws the day's new victims, distinct ones; the same one may be hit again on another day. */
  void beginDay(long day, Draws draws) {
    long cleanAgain = day + lengthDays;
    for (long left = hitBefore(day + 1) - hitBefore(day); left > 0; ) {
      int victim = draws.below(cleanFromDay.length);
      if (cleanFromDay[victim] != cleanAgain) {
        cleanFromDay[victim] = cleanAgain;
        left--;
      }
    }
  }

  boolean isUnderWay(int index, long day) {
    return day < cleanFromDay[index];
  }

  /** Hits on all days before this one, rounded up: the first one falls on the first day. */
  private long hitBefore(long day) {
    return (day * cleanFromDay.length * newPerDay + outOf - 1) / outOf;
  }
}
