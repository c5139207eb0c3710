package io.tidemark.aggregate;

import java.util.Arrays;

/**
 * How often each value occurs: an open-addressing hash map with linear probing from the bits of a
 * double to a count above 0. Equal values are one key: -0.0 is 0.0.
 *
 * <p>Memory: 16 bytes a slot, at most two thirds of the slots filled. Cost: one hash and a short
 * run of neighbours; a value that leaves moves those behind it up, so none are ever searched
 * through graves.
 */
final class ValueCounts {
  private static final int FIRST_CAPACITY = 16;

  private long[] keys = new long[FIRST_CAPACITY];
  private long[] counts = new long[FIRST_CAPACITY];
  private int size;

  /** The key of a value that is neither NaN nor infinite. */
  static long key(double value) {
    return Double.doubleToRawLongBits(value + 0.0);
  }

  static double value(long key) {
    return Double.longBitsToDouble(key);
  }

  /** Number of distinct values. */
  int size() {
    return size;
  }

  /** Number of slots, for a walk over {@link #countAt} and {@link #keyAt}. */
  int slots() {
    return keys.length;
  }

  /** 0 where the slot is empty. */
  long countAt(int slot) {
    return counts[slot];
  }

  long keyAt(int slot) {
    return keys[slot];
  }

  /** 0 if the value does not occur. */
  long count(long key) {
    return counts[slot(key)];
  }

  /**
   * Counts a value up.
   *
   * @param more above 0
   * @return its count before
   */
  long add(long key, long more) {
    int slot = slot(key);
    long before = counts[slot];
    counts[slot] = before + more;
    if (before == 0) {
      keys[slot] = key;
      size++;
      if (size > keys.length / 3 * 2) {
        grow();
      }
    }
    return before;
  }

  /**
   * Counts a value down by one; one that no longer occurs is forgotten.
   *
   * @return its count before; 0 if it does not occur, which changes nothing
   */
  long removeOne(long key) {
    int slot = slot(key);
    long before = counts[slot];
    if (before > 1) {
      counts[slot] = before - 1;
    } else if (before == 1) {
      vacate(slot);
    }
    return before;
  }

  void clear() {
    if (size > 0) {
      Arrays.fill(counts, 0);
      size = 0;
    }
  }

  void copyFrom(ValueCounts other) {
    if (keys.length == other.keys.length) {
      System.arraycopy(other.keys, 0, keys, 0, keys.length);
      System.arraycopy(other.counts, 0, counts, 0, counts.length);
    } else {
      keys = other.keys.clone();
      counts = other.counts.clone();
    }
    size = other.size;
  }

  /** Where the key is, or the empty slot where it would go. */
  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = home(key, mask);
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static int home(long key, int mask) {
    // The finalizer of MurmurHash3: doubles of round numbers differ in their upper bits only.
    long hash = key;
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (int) (hash ^ (hash >>> 33)) & mask;
  }

  private void vacate(int vacated) {
    int mask = keys.length - 1;
    int gap = vacated;
    counts[gap] = 0;
    size--;
    for (int slot = (gap + 1) & mask; counts[slot] != 0; slot = (slot + 1) & mask) {
      int home = home(keys[slot], mask);
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        keys[gap] = keys[slot];
        counts[gap] = counts[slot];
        counts[slot] = 0;
        gap = slot;
      }
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[oldKeys.length * 2];
    counts = new long[oldCounts.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }
}
