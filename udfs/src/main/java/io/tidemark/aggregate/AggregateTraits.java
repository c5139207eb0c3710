package io.tidemark.aggregate;

/**
 * What a planner has to know of an aggregate before it lays out a window's state.
 *
 * @param invertible whether one running state can follow a window, giving back what leaves; else
 *     parts of the window are kept and merged
 * @param commutative whether the order of values and merges does not matter, up to the error
 * @param deterministic whether the same values in the same order always give the same answer
 * @param error how the answer's error is counted
 * @param bound of that error, 0 where there is none
 * @param largestStateBytes of a written state, at most
 * @param cost of adding one value
 */
public record AggregateTraits(
    boolean invertible,
    boolean commutative,
    boolean deterministic,
    Error error,
    double bound,
    long largestStateBytes,
    Cost cost) {

  /** In what an answer's error is counted. */
  public enum Error {
    /** None: the answer is one of the values, or a count. */
    NONE,
    /** Rounding, relative to the magnitudes that were added; for moments as their class says. */
    ROUNDING,
    /** A share of the true answer. */
    OF_ANSWER,
    /** Standard deviation, as a share of the true answer; none up to a bound of distinct values. */
    STANDARD_DEVIATION,
    /** Ranks, as a share of the number of values, with 99 % confidence. */
    OF_RANK,
    /** Counts, as a share of the number of values; none up to a bound of distinct values. */
    OF_COUNT,
    /** Absolute up to a bound of distinct values; beyond, the interval that the class gives. */
    INTERVAL
  }

  /** What adding a value costs as the state grows. */
  public enum Cost {
    /** Some additions or comparisons. */
    CONSTANT,
    /** One hash and its neighbours, at times more. */
    HASHED,
    /** A binary search. */
    LOGARITHMIC,
    /** Moving as many values as the aggregate keeps, at most. */
    LINEAR
  }
}
