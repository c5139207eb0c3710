package io.tidemark.jobs.feature;

import org.jspecify.annotations.Nullable;

/**
 * What is held in memory per key, found by the key.
 *
 * <p><b>How it works.</b> Open addressing with linear probing, at most half full; a removal moves
 * back what stands behind (Knuth, algorithm 6.4 R), so that there are no tombstones. Among many
 * keys a look-up costs what it reads that is in no cache of the processor, one after another. So
 * the table itself holds a key of up to {@value #MOST_PACKED} one-byte characters as two numbers;
 * only a longer one is compared with the string itself, which lies elsewhere. Keys are told apart
 * exactly, whatever their hash.
 *
 * <p>Not thread-safe.
 */
final class KeyTable<E extends KeyTable.Entry> {
  private static final int MOST_PACKED = 15;
  private static final long NOT_PACKED = -1;
  private static final int LEAST_CAPACITY = 64;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private @Nullable Entry[] entries = new Entry[LEAST_CAPACITY];

  /** Per place the two numbers of the key there. */
  private long[] keys = new long[2 * LEAST_CAPACITY];

  private int size;

  /** The key that is being looked for, as the table holds it. */
  private long head;

  private long tail;

  /** What a table holds; in one table at most. */
  abstract static class Entry {
    private String key = "";

    final String key() {
      return key;
    }
  }

  /** The entry of a key, null where there is none. */
  @SuppressWarnings("unchecked") // nothing else is ever put in
  @Nullable E get(String key) {
    pack(key);
    int mask = entries.length - 1;
    int at = home(head, tail);
    Entry entry = entries[at];
    while (entry != null && !isKey(at, entry, key)) {
      at = (at + 1) & mask;
      entry = entries[at];
    }
    return (E) entry;
  }

  /** Adds the entry of a key that has none. */
  void add(String key, E entry) {
    if (2 * (size + 1) > entries.length) {
      grow();
    }
    pack(key);
    Entry added = entry;
    added.key = key;
    place(added, head, tail);
    size++;
  }

  /** Removes an entry that is there. */
  void remove(E entry) {
    Entry removed = entry;
    pack(removed.key);
    int mask = entries.length - 1;
    int gap = home(head, tail);
    while (entries[gap] != removed) {
      gap = (gap + 1) & mask;
    }
    int at = gap;
    while (true) {
      at = (at + 1) & mask;
      Entry next = entries[at];
      if (next == null) {
        break;
      }
      int displaced = (at - home(keys[2 * at], keys[2 * at + 1])) & mask;
      if (displaced >= ((at - gap) & mask)) {
        put(gap, next, keys[2 * at], keys[2 * at + 1]);
        gap = at;
      }
    }
    entries[gap] = null;
    size--;
    removed.key = "";
  }

  void clear() {
    allocate(LEAST_CAPACITY);
    size = 0;
  }

  private boolean isKey(int at, Entry entry, String key) {
    return keys[2 * at] == head
        && keys[2 * at + 1] == tail
        && (tail != NOT_PACKED || entry.key.equals(key));
  }

  private void allocate(int capacity) {
    entries = new Entry[capacity];
    keys = new long[2 * capacity];
  }

  private void grow() {
    @Nullable Entry[] all = entries;
    long[] allKeys = keys;
    allocate(2 * all.length);
    for (int i = 0; i < all.length; i++) {
      Entry entry = all[i];
      if (entry != null) {
        place(entry, allKeys[2 * i], allKeys[2 * i + 1]);
      }
    }
  }

  private void place(Entry entry, long head, long tail) {
    int mask = entries.length - 1;
    int at = home(head, tail);
    while (entries[at] != null) {
      at = (at + 1) & mask;
    }
    put(at, entry, head, tail);
  }

  private void put(int at, Entry entry, long head, long tail) {
    entries[at] = entry;
    keys[2 * at] = head;
    keys[2 * at + 1] = tail;
  }

  private int home(long head, long tail) {
    long hash = (head * GOLDEN_RATIO ^ tail) * GOLDEN_RATIO;
    return (int) (hash >>> (Long.numberOfLeadingZeros(entries.length) + 1));
  }

  /** Eight characters in the head, seven and the length in the tail; or a hash and a mark. */
  private void pack(String key) {
    int length = key.length();
    if (length > MOST_PACKED) {
      packHash(key);
      return;
    }
    long packedHead = 0;
    long packedTail = length;
    for (int i = 0; i < length; i++) {
      char character = key.charAt(i);
      if (character > 0xFF) {
        packHash(key);
        return;
      }
      if (i < Long.BYTES) {
        packedHead |= (long) character << (Byte.SIZE * i);
      } else {
        packedTail |= (long) character << (Byte.SIZE * (i - Long.BYTES + 1));
      }
    }
    head = packedHead;
    tail = packedTail;
  }

  private void packHash(String key) {
    head = key.hashCode();
    tail = NOT_PACKED;
  }
}
