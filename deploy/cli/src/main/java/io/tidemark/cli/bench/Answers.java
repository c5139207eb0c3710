package io.tidemark.cli.bench;

/**
 * The sum of everything a case answered, so that a fast wrong answer is found out.
 *
 * @param answers how many
 * @param counts sum of all counts
 * @param averages sum of all averages
 */
record Answers(long answers, long counts, double averages) {
  private static final double TOLERANCE = 1e-9;

  Answers plus(Answers other) {
    return new Answers(answers + other.answers, counts + other.counts, averages + other.averages);
  }

  /** Equal but for what the order of summation does to the averages. */
  boolean agreesWith(Answers other) {
    return answers == other.answers
        && counts == other.counts
        && Math.abs(averages - other.averages) <= TOLERANCE * Math.abs(averages);
  }
}
