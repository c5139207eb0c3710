package io.tidemark.jobs.feature;

import java.util.Arrays;

/**
 * Tells of most ids that they are not in a chunk: a Bloom filter of {@value #BITS} bits with one
 * hash, which with 256 ids in it is wrong about one other id in eight. It is filled when it is
 * first asked: where ids ascend it never is.
 *
 * <p>Mutable and not thread-safe.
 */
final class IdFilter {
  private static final int BITS = 2048;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final int SHIFT = Long.SIZE - 11;

  private final long[] words = new long[BITS / Long.SIZE];

  /** How many of the chunk's entries, from its first on, are in the filter. */
  private int filtered;

  void clear() {
    if (filtered > 0) {
      Arrays.fill(words, 0);
      filtered = 0;
    }
  }

  /** An entry was put into the chunk, before that of this index. */
  void inserted(int index, long id) {
    if (index < filtered) {
      add(id);
      filtered++;
    }
  }

  /**
   * False only of an id that is not in the chunk.
   *
   * @param chunk whose entries were all told of since {@link #clear}
   */
  boolean mayHold(LogChunk chunk, long id) {
    for (; filtered < chunk.size(); filtered++) {
      add(chunk.eventId(filtered));
    }
    int bit = bit(id);
    return (words[bit >>> 6] & 1L << bit) != 0;
  }

  private void add(long id) {
    int bit = bit(id);
    words[bit >>> 6] |= 1L << bit;
  }

  private static int bit(long id) {
    return (int) ((id * GOLDEN_RATIO) >>> SHIFT);
  }
}
