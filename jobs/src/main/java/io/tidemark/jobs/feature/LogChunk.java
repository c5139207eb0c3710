package io.tidemark.jobs.feature;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive entries of a log, ordered by time and, within one time, by the order in
 * which they came. Chunks form a doubly linked list by id: an id never changes, so that for a late
 * entry no chunk is stored anew but its own. (Addressing them by first event time fails where more
 * entries than a chunk holds share one time.)
 *
 * <p>A log that stays in memory links its newest chunks by reference, too, and their entries stand
 * in one array, one chunk behind the other.
 *
 * <p>Mutable and not thread-safe.
 */
final class LogChunk {
  private static final byte FORMAT = 2;
  private static final byte FORMAT_WITHOUT_LEAVES = 1;

  /** Cells of an entry, from the place of its time on. */
  private static final int EVENT_ID = -1;

  private static final int FIRST_VALUE = 1;

  private final int columns;
  private final int stride;
  private long id;
  private long previous;
  private long next;
  private long leaf;
  private boolean leafGoesOn;
  private int size;

  private long largestId;

  /** Per entry its id, its time and the raw bits of its values: what is read together. */
  private long[] cells;

  /** Where among them its own begin. */
  private int start;

  /** What it was read from, if it is to be written again; see {@link #readToWrite}. */
  private byte @Nullable [] source;

  private int sourceFrom;
  private int sourceTo;

  /** How many of its entries, from its first on, stand in the source as they are to be written. */
  private int unchanged;

  private @Nullable LogChunk older;
  private @Nullable LogChunk newer;

  /** Sees entries. */
  @FunctionalInterface
  interface Visitor {
    void visit(LogChunk chunk, int index) throws Exception;
  }

  /**
   * @param capacity entries it has room for; it grows where there are more
   */
  LogChunk(int columns, int capacity) {
    this.columns = columns;
    this.stride = 2 + columns;
    this.cells = new long[capacity * stride];
  }

  /**
   * One without entries yet.
   *
   * @param cells where they will stand
   * @param start the first of them
   */
  LogChunk(int columns, long[] cells, int start) {
    this.columns = columns;
    this.stride = 2 + columns;
    this.cells = cells;
    this.start = start;
  }

  /** Empties this chunk and gives it an identity. */
  void begin(long id, long previous, long leaf) {
    this.id = id;
    this.previous = previous;
    this.next = -1;
    this.leaf = leaf;
    this.leafGoesOn = false;
    this.size = 0;
    this.largestId = Long.MIN_VALUE;
    forgetSource();
  }

  private void forgetSource() {
    source = null;
    unchanged = 0;
  }

  /**
   * Its number among the sealed chunks, in order and without gaps, the open chunk having the next
   * one. Chunks that were one share theirs.
   */
  long leaf() {
    return leaf;
  }

  /** Whether the chunk behind this one has the same leaf. */
  boolean leafGoesOn() {
    return leafGoesOn;
  }

  long id() {
    return id;
  }

  long previous() {
    return previous;
  }

  void linkPrevious(long chunk) {
    previous = chunk;
  }

  long next() {
    return next;
  }

  void linkNext(long chunk) {
    next = chunk;
  }

  /** The chunk before this one, null where the log does not hold it in memory. */
  @Nullable LogChunk older() {
    return older;
  }

  /** The chunk behind this one, null where the log does not hold either in memory. */
  @Nullable LogChunk newer() {
    return newer;
  }

  /** Puts a chunk behind this one in memory. */
  void joinNewer(LogChunk chunk) {
    newer = chunk;
    chunk.older = this;
  }

  /** Takes this chunk, the oldest one, out of memory. */
  void part() {
    if (newer != null) {
      newer.older = null;
      newer = null;
    }
  }

  int size() {
    return size;
  }

  /** Value of an entry anywhere, NaN for none. */
  static double value(long[] cells, int at, int column) {
    return Double.longBitsToDouble(cells[at + FIRST_VALUE + column]);
  }

  /** Where the entries stand, each at {@link #at}: its time, then the raw bits of its values. */
  long[] cells() {
    return cells;
  }

  /** How far apart entries stand. */
  int stride() {
    return stride;
  }

  int at(int index) {
    return start + index * stride - EVENT_ID;
  }

  /** Where its entries begin. */
  int start() {
    return start;
  }

  /** Behind its last entry. */
  int end() {
    return start + size * stride;
  }

  /** Entries came behind its last one that it was not told of. */
  void reach(int newEnd, long newLargestId) {
    size = (newEnd - start) / stride;
    largestId = newLargestId;
  }

  /** No entry has a larger id. */
  long largestId() {
    return largestId;
  }

  /** Its entries have got another place. */
  void standAt(long[] entries, int first) {
    cells = entries;
    start = first;
  }

  long time(int index) {
    return cells[at(index)];
  }

  long firstTime() {
    return time(0);
  }

  long lastTime() {
    return time(size - 1);
  }

  long eventId(int index) {
    return cells[at(index) + EVENT_ID];
  }

  boolean holdsId(long eventId) {
    for (int i = size - 1; i >= 0; i--) {
      if (eventId(i) == eventId) {
        return true;
      }
    }
    return false;
  }

  /** Number of entries with time at most {@code time}. */
  int countUpTo(long time) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (time(middle) <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void insert(int index, long time, long eventId, double[] row) {
    makeRoom(index, 1);
    write(cells, start + index * stride, time, eventId, row);
    largestId = Math.max(largestId, eventId);
  }

  /**
   * Writes an entry.
   *
   * @param place in {@code cells} where it begins
   * @return where its time stands
   */
  static int write(long[] cells, int place, long time, long eventId, double[] row) {
    int at = place - EVENT_ID;
    cells[at + EVENT_ID] = eventId;
    cells[at] = time;
    for (int column = 0; column < row.length; column++) {
      cells[at + FIRST_VALUE + column] = Double.doubleToRawLongBits(row[column]);
    }
    return at;
  }

  /** An array that a log has is made larger here only while its header is read. */
  private void makeRoom(int index, int count) {
    int end = end();
    int needed = end + count * stride;
    if (needed > cells.length) {
      cells = Arrays.copyOf(cells, Math.max(2 * cells.length - start, needed));
    }
    if (index < unchanged) {
      forgetSource();
    }
    if (index < size) {
      int from = start + index * stride;
      System.arraycopy(cells, from, cells, from + count * stride, end - from);
    }
    size += count;
  }

  /** Parts with its first entries. */
  void drop(int count) {
    start += count * stride;
    size -= count;
    forgetSource();
  }

  /**
   * Parts with the entries from {@code index} on.
   *
   * @param newId of the chunk behind this one that has them from then on, where they stand
   */
  LogChunk splitAt(int index, long newId) {
    LogChunk behind = new LogChunk(columns, cells, start + index * stride);
    behind.begin(newId, id, leaf + 1);
    behind.size = size - index;
    behind.largestId = largestId;
    behind.next = next;
    size = index;
    next = newId;
    forgetSource();
    return behind;
  }

  /** Gives the chunk that was split off this one, which is sealed, its leaf. */
  void shareLeafWith(LogChunk target) {
    target.leaf = leaf;
    target.leafGoesOn = leafGoesOn;
    leafGoesOn = true;
  }

  byte[] toBytes(ByteWriter out) {
    out.reset();
    out.writeByte(FORMAT);
    write(out);
    return out.toBytes();
  }

  void fromBytes(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    byte format = in.readByte();
    switch (format) {
      case FORMAT -> read(in);
      case FORMAT_WITHOUT_LEAVES -> readVersion1(in);
      default ->
          throw new IllegalStateException(
              "A log chunk in format version "
                  + format
                  + ", but this release reads versions up to "
                  + FORMAT);
    }
  }

  /**
   * Ids, links and leaf, then per entry: time and id as differences to the entry before, raw
   * values.
   */
  void write(ByteWriter out) {
    out.writeUnsigned(id);
    out.writeSigned(previous);
    out.writeSigned(next);
    out.writeUnsigned(leaf << 1 | (leafGoesOn ? 1 : 0));
    out.writeUnsigned(size);
    if (source != null) {
      out.writeBytes(source, sourceFrom, sourceTo - sourceFrom);
    }
    long lastTime = unchanged == 0 ? 0 : time(unchanged - 1);
    long lastId = unchanged == 0 ? 0 : eventId(unchanged - 1);
    for (int i = unchanged; i < size; i++) {
      long time = time(i);
      long eventId = eventId(i);
      out.writeSigned(time - lastTime);
      out.writeSigned(eventId - lastId);
      lastTime = time;
      lastId = eventId;
      writeValues(i, out);
    }
  }

  /**
   * Reads a chunk that is written again soon: the entries that have not changed are copied then.
   *
   * @param bytes what is read from; kept until then
   */
  void readToWrite(ByteReader in, byte[] bytes) {
    read(in);
    source = bytes;
    unchanged = size;
    sourceTo = in.position();
  }

  void read(ByteReader in) {
    id = in.readUnsigned();
    previous = in.readSigned();
    next = in.readSigned();
    long leafAndFlag = in.readUnsigned();
    leaf = leafAndFlag >>> 1;
    leafGoesOn = (leafAndFlag & 1) != 0;
    readEntries(in);
  }

  /** Reads the first version of the format, in which chunks had no leaves. */
  void readVersion1(ByteReader in) {
    id = in.readUnsigned();
    previous = in.readSigned();
    next = in.readSigned();
    leaf = 0;
    leafGoesOn = false;
    readEntries(in);
  }

  private void readEntries(ByteReader in) {
    forgetSource();
    size = 0;
    makeRoom(0, in.readCount());
    sourceFrom = in.position();
    largestId = Long.MIN_VALUE;
    long lastTime = 0;
    long lastId = 0;
    for (int i = 0; i < size; i++) {
      lastTime += in.readSigned();
      lastId += in.readSigned();
      largestId = Math.max(largestId, lastId);
      cells[at(i) + EVENT_ID] = lastId;
      cells[at(i)] = lastTime;
      readValues(i, in);
    }
  }

  private void writeValues(int index, ByteWriter out) {
    int first = at(index) + FIRST_VALUE;
    for (int i = first; i < first + columns; i++) {
      out.writeLong(cells[i]);
    }
  }

  private void readValues(int index, ByteReader in) {
    int first = at(index) + FIRST_VALUE;
    for (int i = first; i < first + columns; i++) {
      cells[i] = in.readLong();
    }
  }
}
