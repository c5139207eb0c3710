package io.tidemark.aggregate;

/**
 * An accumulator whose states can be joined: {@code a.merge(b)} leaves in {@code a} what it would
 * hold had it been given its own values and then those of {@code b}.
 *
 * <p>Merging is associative for every aggregate, up to its declared error; {@link AggregateTraits}
 * says for which it is also commutative.
 */
public interface Mergeable extends Accumulator {

  /**
   * Joins to this state one that comes after it.
   *
   * @param later of the same aggregate and parameters, not this one; it stays as it is
   */
  void merge(Accumulator later);

  /**
   * Replaces this state by a copy.
   *
   * @param other of the same aggregate and parameters; it stays as it is
   */
  void copyFrom(Accumulator other);
}
