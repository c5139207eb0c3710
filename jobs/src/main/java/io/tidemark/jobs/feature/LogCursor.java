package io.tidemark.jobs.feature;

/**
 * How far a boundary of windows has moved over a log: every entry before it is at least {@code
 * distance} behind the head. It keeps the entries that come next, copied from their chunk, so that
 * most moves read no chunk.
 */
final class LogCursor {
  static final int PREFETCH = 16;

  private final long distanceMillis;
  private final int columns;
  private long chunk;
  private int offset;
  private int ahead;
  private int used;
  private final long[] times = new long[PREFETCH];
  private final double[] values;

  LogCursor(long distanceMillis, int columns) {
    this.distanceMillis = distanceMillis;
    this.columns = columns;
    this.values = new double[PREFETCH * columns];
  }

  long distanceMillis() {
    return distanceMillis;
  }

  /** Id of the chunk it stands in. */
  long chunk() {
    return chunk;
  }

  /** Index of the next entry in its chunk; the chunk's size where that has been passed whole. */
  int offset() {
    return offset;
  }

  void moveTo(long chunk, int offset) {
    this.chunk = chunk;
    this.offset = offset;
    forgetAhead();
  }

  void forgetAhead() {
    ahead = 0;
    used = 0;
  }

  boolean hasAhead() {
    return used < ahead;
  }

  long aheadTime() {
    return times[used];
  }

  double[] aheadValues() {
    return values;
  }

  int aheadOffset() {
    return used * columns;
  }

  /** Copies what comes next from the chunk it stands in. */
  void lookAhead(LogChunk from) {
    used = 0;
    ahead = Math.min(PREFETCH, from.size() - offset);
    for (int i = 0; i < ahead; i++) {
      times[i] = from.time(offset + i);
      from.copyValues(offset + i, values, i);
    }
  }

  void step() {
    offset++;
    used++;
  }

  /** An entry was inserted before it in its chunk. */
  void shift() {
    offset++;
  }

  void write(ByteWriter out) {
    out.writeUnsigned(chunk);
    out.writeUnsigned(offset);
    out.writeUnsigned(ahead - used);
    long last = 0;
    for (int i = used; i < ahead; i++) {
      out.writeSigned(times[i] - last);
      last = times[i];
      for (int column = 0; column < columns; column++) {
        out.writeDouble(values[i * columns + column]);
      }
    }
  }

  void read(ByteReader in) {
    chunk = in.readUnsigned();
    offset = in.readCount();
    used = 0;
    ahead = in.readCount();
    long last = 0;
    for (int i = 0; i < ahead; i++) {
      last += in.readSigned();
      times[i] = last;
      for (int column = 0; column < columns; column++) {
        values[i * columns + column] = in.readDouble();
      }
    }
  }
}
