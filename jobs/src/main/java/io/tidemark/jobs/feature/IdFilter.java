package io.tidemark.jobs.feature;

import java.util.Arrays;

/**
 * Tells of most ids that they are not among a few dozen: a Bloom filter of {@value #BITS} bits with
 * one hash. With 64 ids in it, it is wrong about one other id in eight.
 *
 * <p>Mutable and not thread-safe.
 */
final class IdFilter {
  private static final int BITS = 512;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final int SHIFT = Long.SIZE - 9;

  private final long[] words = new long[BITS / Long.SIZE];

  void clear() {
    Arrays.fill(words, 0);
  }

  void add(long id) {
    int bit = bit(id);
    words[bit >>> 6] |= 1L << bit;
  }

  /** False only of an id that was not added. */
  boolean mayHold(long id) {
    int bit = bit(id);
    return (words[bit >>> 6] & 1L << bit) != 0;
  }

  private static int bit(long id) {
    return (int) ((id * GOLDEN_RATIO) >>> SHIFT);
  }
}
