package io.tidemark.jobs.feature;

import java.util.Arrays;

/**
 * A run of consecutive entries of a log, ordered by time and, within one time, by the order in
 * which they came. Chunks form a doubly linked list by id: an id never changes, so that a late
 * entry moves nothing but its own chunk. (Addressing them by first event time fails where more
 * entries than a chunk holds share one time.)
 *
 * <p>Mutable and not thread-safe.
 */
final class LogChunk {
  /** An open chunk with this many entries is sealed before the next is appended. */
  static final int TARGET_SIZE = 32;

  /** A sealed chunk that late entries have grown to this size is split. */
  static final int MAX_SIZE = 2 * TARGET_SIZE;

  private static final byte FORMAT = 1;

  private final int columns;
  private long id;
  private long previous;
  private long next;
  private int size;
  private long[] times = new long[TARGET_SIZE];
  private long[] ids = new long[TARGET_SIZE];
  private double[] values;

  LogChunk(int columns) {
    this.columns = columns;
    this.values = new double[TARGET_SIZE * columns];
  }

  /** Empties this chunk and gives it an identity. */
  void begin(long id, long previous) {
    this.id = id;
    this.previous = previous;
    this.next = -1;
    this.size = 0;
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

  int size() {
    return size;
  }

  long time(int index) {
    return times[index];
  }

  long firstTime() {
    return times[0];
  }

  long lastTime() {
    return times[size - 1];
  }

  long eventId(int index) {
    return ids[index];
  }

  void copyValues(int index, double[] target, int targetIndex) {
    System.arraycopy(values, index * columns, target, targetIndex * columns, columns);
  }

  /** Number of entries with time at most {@code time}. */
  int countUpTo(long time) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void insert(int index, long time, long eventId, double[] row) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      ids = Arrays.copyOf(ids, size * 2);
      values = Arrays.copyOf(values, values.length * 2);
    }
    int moved = size - index;
    System.arraycopy(times, index, times, index + 1, moved);
    System.arraycopy(ids, index, ids, index + 1, moved);
    System.arraycopy(values, index * columns, values, (index + 1) * columns, moved * columns);
    times[index] = time;
    ids[index] = eventId;
    System.arraycopy(row, 0, values, index * columns, columns);
    size++;
  }

  /** Moves the entries from {@code index} on into {@code target}, which lies behind this chunk. */
  void splitInto(LogChunk target, int index) {
    for (int i = index; i < size; i++) {
      double[] row = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
      target.insert(target.size, times[i], ids[i], row);
    }
    size = index;
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
    if (format != FORMAT) {
      throw new IllegalStateException(
          "A log chunk in format version " + format + ", but this release reads version " + FORMAT);
    }
    read(in);
  }

  /** Ids and links, then per entry: time and id as differences to the entry before, raw values. */
  void write(ByteWriter out) {
    out.writeUnsigned(id);
    out.writeSigned(previous);
    out.writeSigned(next);
    out.writeUnsigned(size);
    long lastTime = 0;
    long lastId = 0;
    for (int i = 0; i < size; i++) {
      out.writeSigned(times[i] - lastTime);
      out.writeSigned(ids[i] - lastId);
      lastTime = times[i];
      lastId = ids[i];
      for (int column = 0; column < columns; column++) {
        out.writeDouble(values[i * columns + column]);
      }
    }
  }

  void read(ByteReader in) {
    id = in.readUnsigned();
    previous = in.readSigned();
    next = in.readSigned();
    size = in.readCount();
    if (size > times.length) {
      times = new long[size];
      ids = new long[size];
      values = new double[size * columns];
    }
    long lastTime = 0;
    long lastId = 0;
    for (int i = 0; i < size; i++) {
      lastTime += in.readSigned();
      lastId += in.readSigned();
      times[i] = lastTime;
      ids[i] = lastId;
      for (int column = 0; column < columns; column++) {
        values[i * columns + column] = in.readDouble();
      }
    }
  }
}
