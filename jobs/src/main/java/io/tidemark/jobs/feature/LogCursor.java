package io.tidemark.jobs.feature;

import org.jspecify.annotations.Nullable;

/**
 * How far a boundary of windows has moved over a log: every entry before it is at least {@code
 * distance} behind the head. The entries that come next it reads off its chunk, where the log holds
 * that in memory, and else off copies of the next {@value #PREFETCH}, so that most moves read no
 * chunk.
 */
final class LogCursor {
  static final int PREFETCH = 16;

  private static final long UNKNOWN = Long.MIN_VALUE;
  private static final LogChunk NOTHING = new LogChunk(0, 0);

  private final long distanceMillis;
  private final int columns;
  private long chunk;
  private int offset;

  /**
   * A chunk of the log, or {@link #copies}, or nothing; its first entry has index {@link #base}.
   */
  private LogChunk ahead = NOTHING;

  private int base;
  private long nextTime = UNKNOWN;
  private @Nullable LogChunk copies;

  LogCursor(long distanceMillis, int columns) {
    this.distanceMillis = distanceMillis;
    this.columns = columns;
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

  /** About how much heap it takes, without the chunks it reads. */
  long heapBytes() {
    return copies == null ? 64 : 64 + copies.heapBytes();
  }

  void moveTo(long chunk, int offset) {
    this.chunk = chunk;
    this.offset = offset;
    forgetAhead();
  }

  void forgetAhead() {
    ahead = NOTHING;
    base = offset;
    nextTime = UNKNOWN;
  }

  /**
   * Whether the next entry is known to be later than a time: false also where it is not known,
   * which is so until {@link #rememberAhead}.
   */
  boolean isAheadOf(long time) {
    return nextTime > time;
  }

  void rememberAhead() {
    nextTime = hasAhead() ? aheadTime() : UNKNOWN;
  }

  boolean hasAhead() {
    return offset - base < ahead.size();
  }

  long aheadTime() {
    return ahead.time(offset - base);
  }

  /** What the next entry lies in, at {@link #aheadIndex}. */
  LogChunk ahead() {
    return ahead;
  }

  int aheadIndex() {
    return offset - base;
  }

  /** The chunk it reads, null where it reads copies or nothing. */
  @Nullable LogChunk followed() {
    return ahead == NOTHING || ahead == copies ? null : ahead;
  }

  /** Reads what comes next off the chunk it stands in, whatever becomes of that. */
  void follow(LogChunk held) {
    ahead = held;
    base = 0;
  }

  /** Copies what comes next from the chunk it stands in. */
  void copyAhead(LogChunk from) {
    LogChunk buffer = emptyCopies();
    buffer.append(from, offset, Math.min(PREFETCH, from.size() - offset));
    ahead = buffer;
    base = offset;
  }

  private LogChunk emptyCopies() {
    if (copies == null) {
      copies = new LogChunk(columns, PREFETCH);
    }
    copies.begin(0, 0);
    return copies;
  }

  void step() {
    offset++;
  }

  /** Makes room for an entry that is about to be inserted into its chunk, before it. */
  void shift(LogChunk target) {
    offset++;
    if (ahead != target) {
      base++;
    }
  }

  /** Only copies are written: what it reads off a chunk need not stand there twice. */
  void write(ByteWriter out) {
    out.writeUnsigned(chunk);
    out.writeUnsigned(offset);
    int first = ahead == copies ? offset - base : ahead.size();
    out.writeUnsigned(ahead.size() - first);
    ahead.writeTimesAndValues(first, out);
  }

  void read(ByteReader in) {
    moveTo(in.readUnsigned(), in.readCount());
    int count = in.readCount();
    if (count > 0) {
      ahead = emptyCopies();
      ahead.readTimesAndValues(count, in);
    }
  }
}
