package io.tidemark.jobs.feature;

import org.jspecify.annotations.Nullable;

/**
 * What is held in memory per key, found by the key.
 *
 * <p><b>How it works.</b> Open addressing with linear probing, at most half full; a removal moves
 * back what stands behind (Knuth, algorithm 6.4 R), so that there are no tombstones. Among many
 * keys a look-up costs what it reads that is in no cache of the processor. So an entry holds a key
 * of up to {@value #MOST_PACKED} one-byte characters as two numbers, and only a longer one is
 * compared with the string itself, which lies elsewhere. Keys are told apart exactly, whatever
 * their hash.
 *
 * <p>Not thread-safe.
 */
final class KeyTable<E extends KeyTable.Entry> {
  private static final int MOST_PACKED = 15;
  private static final long NOT_PACKED = -1;
  private static final int LEAST_CAPACITY = 64;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private @Nullable Entry[] entries = new Entry[LEAST_CAPACITY];
  private int size;

  /** The key that is being looked for, as an entry would hold it. */
  private long head;

  private long tail;

  /** What a table holds; in one table at most. */
  abstract static class Entry {
    private String key = "";
    private long head;
    private long tail;

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
    while (entry != null && !isOf(entry, key)) {
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
    added.head = head;
    added.tail = tail;
    place(added);
    size++;
  }

  /** Removes an entry that is there. */
  void remove(E entry) {
    Entry removed = entry;
    int mask = entries.length - 1;
    int gap = home(removed.head, removed.tail);
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
      int displaced = (at - home(next.head, next.tail)) & mask;
      if (displaced >= ((at - gap) & mask)) {
        entries[gap] = next;
        gap = at;
      }
    }
    entries[gap] = null;
    size--;
    removed.key = "";
  }

  void clear() {
    entries = new Entry[LEAST_CAPACITY];
    size = 0;
  }

  private boolean isOf(Entry entry, String key) {
    return entry.head == head
        && entry.tail == tail
        && (tail != NOT_PACKED || entry.key.equals(key));
  }

  private void grow() {
    @Nullable Entry[] all = entries;
    entries = new Entry[2 * all.length];
    for (Entry entry : all) {
      if (entry != null) {
        place(entry);
      }
    }
  }

  private void place(Entry entry) {
    int mask = entries.length - 1;
    int at = home(entry.head, entry.tail);
    while (entries[at] != null) {
      at = (at + 1) & mask;
    }
    entries[at] = entry;
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
