package io.tidemark.cli.bench;

/**
 * The sum of everything a case answered, so that a fast wrong answer is found out.
 *
 * @param answers how many
 * @param counts sum of all counts
 * @param averages sum of all averages and whatever else is no whole number
 */
record Answers(long answers, long counts, double averages) {
  /** What another order of summation does to averages, relative. */
  static final double ROUNDING = 1e-9;

  Answers plus(Answers other) {
    return new Answers(answers + other.answers, counts + other.counts, averages + other.averages);
  }

  /**
   * @param tolerance how far averages may be apart, relative
   */
  boolean agreesWith(Answers other, double tolerance) {
    return answers == other.answers
        && counts == other.counts
        && Math.abs(averages - other.averages) <= tolerance * Math.abs(averages);
  }
}
