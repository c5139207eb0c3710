package io.tidemark.jobs.feature;

import org.jspecify.annotations.Nullable;

/**
 * One of the cursors that all logs have: how far a boundary of windows has moved over a log, every
 * entry before it being at least {@code distance} behind the head. Of a chunk in memory it reads
 * the entries where they stand; of another one the next {@value #PREFETCH} at most are copied, so
 * that most moves read no chunk. The copies of all cursors of a log have an array of their own.
 *
 * <p>Holds nothing of any log; immutable.
 */
final class LogCursor {
  static final int PREFETCH = 16;

  /** How many are fetched at once, and written at most, of a chunk that is in memory anyway. */
  static final int BLOCK = 8;

  /** Cells that every event needs, from the first on. */
  static final int HOT_CELLS = 4;

  /** Time of the next entry, if that is known; one that is not ends the copies, too. */
  private static final int NEXT_TIME = 0;

  /**
   * Place of the next entry or, below zero, the complement of that of its copy; {@link #NOWHERE}.
   */
  private static final int NEXT = 1;

  /** Where the entries end of the chunk in memory; nowhere of the open one, to which more come. */
  private static final int STOP = 2;

  private static final int OFFSET = 3;

  /** The others. */
  static final int OTHER_CELLS = 5;

  private static final int CHUNK = 0;
  private static final int LEAF = 1;
  private static final int PAUSE = 2;

  /** Where the copies were read from, from their first to their last byte; see {@link #write}. */
  private static final int SOURCE_FROM = 3;

  private static final int SOURCE_TO = 4;

  private static final int NO_SOURCE = -1;
  private static final long NO_STOP = Long.MAX_VALUE;

  private static final long UNKNOWN = Long.MIN_VALUE;
  private static final long NO_CHUNK = Long.MAX_VALUE;
  private static final long NO_PAUSE = Long.MIN_VALUE;
  private static final int NOWHERE = Integer.MIN_VALUE;

  private final Edge edge;
  private final long distanceMillis;
  private final boolean exact;
  private final boolean ofSession;
  private final int hot;
  private final int others;
  private final int copies;
  private final int copyStride;
  private final int entryStride;

  /**
   * @param columns values per entry
   * @param hot first of its cells that every event needs
   * @param others first of its other cells
   * @param copies where among those of all cursors its copies begin
   */
  LogCursor(Edge edge, int columns, int hot, int others, int copies) {
    this.edge = edge;
    this.distanceMillis = edge.distanceMillis();
    this.exact = edge.equals(Edge.exact(distanceMillis));
    this.ofSession = edge.isOfSession();
    this.hot = hot;
    this.others = others;
    this.copies = copies;
    this.copyStride = 1 + columns;
    this.entryStride = 2 + columns;
  }

  /** How many cells the copies of a cursor take. */
  static int copyCells(int columns) {
    return PREFETCH * (1 + columns) + 1;
  }

  void begin(long[] log) {
    log[others + PAUSE] = NO_PAUSE;
    log[others + LEAF] = 0;
    moveTo(log, 0, 0);
  }

  Edge edge() {
    return edge;
  }

  boolean isOfSession() {
    return ofSession;
  }

  /** Entries up to this time are behind it when the head is at a time. */
  long limit(long[] log, long headMillis) {
    if (exact) {
      return headMillis - distanceMillis;
    }
    long limit = edge.limit(headMillis);
    return ofSession ? Math.max(log[others + PAUSE], limit) : limit;
  }

  void pauseAt(long[] log, long timeMillis) {
    log[others + PAUSE] = timeMillis;
  }

  /** The leaf of the chunk it stands in; of the last it read, right behind {@link #moveTo}. */
  long leaf(long[] log) {
    return log[others + LEAF];
  }

  /** Id of the chunk it stands in. */
  long chunk(long[] log) {
    return log[others + CHUNK];
  }

  /** Index of the next entry in its chunk; the chunk's size where that has been passed whole. */
  int offset(long[] log) {
    return (int) log[hot + OFFSET];
  }

  void moveTo(long[] log, long chunk, int offset) {
    log[others + CHUNK] = chunk;
    log[hot + OFFSET] = offset;
    forgetAhead(log);
  }

  void forgetAhead(long[] log) {
    log[hot + NEXT_TIME] = UNKNOWN;
    log[hot + NEXT] = NOWHERE;
  }

  /**
   * Takes it out of the log, where tiles serve the windows that end here: it passes no entries, but
   * is asked to as if the next one were of this time.
   */
  void park(long[] log, long timeMillis) {
    log[others + CHUNK] = NO_CHUNK;
    log[others + LEAF] = 0;
    log[hot + OFFSET] = 0;
    log[hot + NEXT] = NOWHERE;
    log[hot + NEXT_TIME] = timeMillis;
  }

  /** Whether the next entry is known. */
  boolean hasAhead(long[] log) {
    return log[hot + NEXT_TIME] != UNKNOWN;
  }

  /** Time of the next entry; earlier than any where that is not known. */
  long aheadTime(long[] log) {
    return log[hot + NEXT_TIME];
  }

  /** Whether it stands behind the last entry that there was in the open chunk. */
  boolean waits(long[] log) {
    return !hasAhead(log) && isPlaced(log) && log[hot + STOP] == NO_STOP;
  }

  /**
   * Ends {@link #waits waiting} if there is one more entry.
   *
   * @param end of all entries in memory
   */
  boolean goOn(long[] log, int end) {
    int next = ahead(log);
    if (next > end) {
      return false;
    }
    log[hot + NEXT_TIME] = log[next];
    return true;
  }

  /** Whether the next entry, if it is known, is copied. */
  boolean readsCopies(long[] log) {
    return log[hot + NEXT] < 0 && log[hot + NEXT] != NOWHERE;
  }

  /** Where in the log's cells the next entry stands, which is known and not copied. */
  int ahead(long[] log) {
    return (int) log[hot + NEXT];
  }

  /** Where the next entry's copy stands, if it {@link #readsCopies}. */
  int copyAhead(long[] log) {
    return ~(int) log[hot + NEXT];
  }

  /** How far apart copies stand. */
  int stride() {
    return copyStride;
  }

  /** How many entries are copied. */
  int countAhead(long[] log, long[] copied) {
    if (!readsCopies(log)) {
      return 0;
    }
    int next = copyAhead(log);
    int end = next;
    while (copied[end] != UNKNOWN) {
      end += copyStride;
    }
    return (end - next) / copyStride;
  }

  /** Reads what comes next where it stands, in a chunk in memory which has more. */
  void readIn(long[] log, LogChunk held, boolean open) {
    int at = held.at(offset(log));
    log[hot + NEXT] = at;
    log[hot + NEXT_TIME] = held.cells()[at];
    log[hot + STOP] = open ? NO_STOP : held.at(held.size());
    log[others + LEAF] = held.leaf();
  }

  /** Copies what comes next from a sealed chunk that is not in memory, and which has more. */
  void copyFrom(long[] log, long[] copied, LogChunk from) {
    int offset = offset(log);
    int end = offset + Math.min(PREFETCH, from.size() - offset);
    long[] entries = from.cells();
    int to = copies;
    for (int at = from.at(offset); at < from.at(end); at += from.stride()) {
      for (int cell = 0; cell < copyStride; cell++) {
        copied[to++] = entries[at + cell];
      }
    }
    copied[to] = UNKNOWN;
    log[others + SOURCE_FROM] = NO_SOURCE;
    standAtCopy(log, copied, copies);
    log[others + LEAF] = from.leaf();
  }

  /** End of the block of entries that an offset is in. */
  static int blockEnd(int offset) {
    return (offset / BLOCK + 1) * BLOCK;
  }

  /** Notes that it stands at the end of the log, in a chunk of this leaf. */
  void stopIn(long[] log, long leaf) {
    log[others + LEAF] = leaf;
  }

  /** Passes the next entry, which is copied. */
  void stepOverCopy(long[] log, long[] copied) {
    log[hot + OFFSET]++;
    standAtCopy(log, copied, copyAhead(log) + copyStride);
  }

  private void standAtCopy(long[] log, long[] copied, int copy) {
    log[hot + NEXT] = ~copy;
    log[hot + NEXT_TIME] = copied[copy];
  }

  /**
   * Where the entries of its chunk end that stand in memory.
   *
   * @param end of all of them
   */
  int stop(long[] log, int end) {
    return (int) Math.min(log[hot + STOP], end);
  }

  /**
   * Passes entries that stand in memory.
   *
   * @param count how many
   * @param next place of the one behind them, if it is in the same chunk
   * @param stop where the entries of that end
   */
  void pass(long[] log, int count, int next, int stop) {
    log[hot + OFFSET] += count;
    log[hot + NEXT] = next;
    log[hot + NEXT_TIME] = next < stop ? log[next] : UNKNOWN;
  }

  /** What was known of the next entry's place is not true any more. */
  void forgetPlace(long[] log) {
    if (isPlaced(log)) {
      forgetAhead(log);
    }
  }

  /** Follows what is before it in its chunk, where so many entries are about to come or to go. */
  void shift(long[] log, int entries) {
    log[hot + OFFSET] += entries;
  }

  /**
   * Writes where it is, and the copies: the first of those left as it is now that others are gone,
   * the rest as they were read. Of a sealed chunk in memory it writes as many as end with a block.
   *
   * @param source what the copies were read from; null where that is not at hand
   */
  void write(long[] log, long[] copied, byte @Nullable [] source, ByteWriter out) {
    out.writeUnsigned(chunk(log));
    out.writeUnsigned(offset(log));
    out.writeUnsigned(leaf(log));
    if (ofSession) {
      out.writeLong(log[others + PAUSE]);
    }
    if (isPlaced(log)) {
      int count = log[hot + STOP] == NO_STOP ? 0 : countToBlockEnd(log);
      out.writeUnsigned(count);
      writeEntries(log, ahead(log), count, entryStride, out);
      return;
    }
    int count = countAhead(log, copied);
    out.writeUnsigned(count);
    int first = copyAhead(log);
    boolean asRead = count > 0 && source != null && log[others + SOURCE_FROM] != NO_SOURCE;
    writeEntries(copied, first, asRead ? 1 : count, copyStride, out);
    if (asRead) {
      int from = endInSource(log, copied, first);
      out.writeBytes(source, from, (int) log[others + SOURCE_TO] - from);
    }
  }

  /** Whether it knows a place among the entries in memory. */
  private boolean isPlaced(long[] log) {
    return log[hot + NEXT] >= 0;
  }

  private int countToBlockEnd(long[] log) {
    int offset = offset(log);
    int left = (int) (log[hot + STOP] - ahead(log)) / entryStride;
    return Math.min(left, blockEnd(offset) - offset);
  }

  private void writeEntries(long[] from, int first, int count, int apart, ByteWriter out) {
    long lastTime = 0;
    int end = first + count * apart;
    for (int at = first; at < end; at += apart) {
      out.writeSigned(from[at] - lastTime);
      lastTime = from[at];
      for (int value = at + 1; value < at + copyStride; value++) {
        out.writeLong(from[value]);
      }
    }
  }

  /** Where in the source a copy ends. */
  private int endInSource(long[] log, long[] copied, int copy) {
    int end = (int) log[others + SOURCE_FROM];
    long lastTime = 0;
    for (int at = copies; at <= copy; at += copyStride) {
      end += ByteWriter.lengthOfSigned(copied[at] - lastTime) + (copyStride - 1) * Long.BYTES;
      lastTime = copied[at];
    }
    return end;
  }

  void read(long[] log, long[] copied, ByteReader in) {
    moveTo(log, in.readUnsigned(), in.readCount());
    log[others + LEAF] = in.readUnsigned();
    log[others + PAUSE] = ofSession ? in.readLong() : NO_PAUSE;
    readAhead(log, copied, in);
  }

  /** Reads the first version of the format, which knew neither leaves nor sessions. */
  void readVersion1(long[] log, long[] copied, ByteReader in) {
    moveTo(log, in.readUnsigned(), in.readCount());
    log[others + LEAF] = 0;
    log[others + PAUSE] = NO_PAUSE;
    readAhead(log, copied, in);
  }

  private void readAhead(long[] log, long[] copied, ByteReader in) {
    int count = in.readCount();
    if (count == 0) {
      return;
    }
    int end = copies + count * copyStride;
    log[others + SOURCE_FROM] = in.position();
    long lastTime = 0;
    for (int at = copies; at < end; at += copyStride) {
      lastTime += in.readSigned();
      copied[at] = lastTime;
      for (int value = at + 1; value < at + copyStride; value++) {
        copied[value] = in.readLong();
      }
    }
    log[others + SOURCE_TO] = in.position();
    copied[end] = UNKNOWN;
    standAtCopy(log, copied, copies);
  }
}
