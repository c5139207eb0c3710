package io.tidemark.jobs.feature;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one key, in order of time, cut into chunks. The newest chunk is open; full ones
 * are sealed and stored one by one. A log that stays in memory holds its newest sealed chunks
 * there, too, as far as the workspace allows: all entries in memory stand in one array, in order,
 * so that whoever follows them reads next what lies next. {@link KeyLog} moves windows over them.
 *
 * <p>A class of its own, but no object of its own: a log is its entries, for each object more is
 * one more cache miss per event. Not thread-safe.
 */
abstract class LogEntries extends KeyTable.Entry {
  /** Entries in an open chunk at which it is sealed before the next is appended. */
  static final int CHUNK_SIZE = 32;

  /**
   * The same for a log that stays in memory, where no event reads and writes the header while
   * sealing costs as much; one that seals late leaves at most as many open when it is saved.
   */
  static final int RESIDENT_CHUNK_SIZE = 64;

  /** The most that a log seals at once which seals late. */
  static final int LARGE_CHUNK_SIZE = 2 * RESIDENT_CHUNK_SIZE;

  /** The most entries in the open chunk of such a log. */
  static final int MAX_OPEN = 2 * LARGE_CHUNK_SIZE;

  /** Entries there is room for at first in such a log: most keys have few events. */
  private static final int FIRST_ROOM = 8;

  /** More sealed chunks than this one log does not hold in memory. */
  private static final int MAX_HELD_CHUNKS = 256;

  /** More than this many chunks of entries of one time are not searched for a duplicate. */
  private static final int MAX_CHUNKS_OF_ONE_TIME = 64;

  static final long NONE = -1;

  private static final long[] NO_COPIES = {};

  final LogWorkspace shared;
  final boolean resident;
  final int chunkSize;

  /** The numbers of the log's state, and behind them the entries in memory. */
  long[] cells;

  /** Behind the last entry. */
  int end;

  /** What cursors have copied of entries that are not in memory; empty where none has. */
  long[] copies = NO_COPIES;

  /** Whether it seals no chunk before it is saved, or has {@value #MAX_OPEN} entries open. */
  final boolean sealsLate;

  /** Where the open chunk ends when something is to be done before the next entry. */
  private int fullAt;

  /** No entry of the open chunk has a larger id. */
  private long largestOpenId;

  /** The open chunk, which is told only by {@link #open} what was appended. */
  private LogChunk newest;

  /**
   * Of the open chunk, in a log that stays in memory and was asked for an id that does not ascend.
   */
  private @Nullable IdFilter openIds;

  /** The first of the chunks in memory, which are linked; the last is the open one. */
  LogChunk oldestHeld;

  private int held;

  /** Id of the chunk with the oldest entries. */
  long oldest;

  /** Time of that chunk's last entry; later than any where it is the open one. */
  long oldestLastMillis;

  /** Time of the newest sealed entry; earlier than any where there is none. */
  long sealedLastMillis;

  /** Id of the chunk that is begun next. */
  long nextChunk;

  /** What {@link LogWorkspace#logBytes} holds of this log. */
  long countedBytes;

  /**
   * @param resident whether it serves one key for more than one event
   */
  LogEntries(LogWorkspace shared, boolean resident) {
    this.shared = shared;
    this.resident = resident;
    this.chunkSize = resident ? RESIDENT_CHUNK_SIZE : CHUNK_SIZE;
    this.sealsLate = resident && !shared.aggregatesChunks;
    int columns = shared.layout.columns();
    int room = (resident ? FIRST_ROOM : chunkSize) * (2 + columns);
    this.cells = new long[shared.cells + room];
    this.newest = new LogChunk(columns, cells, shared.cells);
    this.oldestHeld = newest;
  }

  /** Begins without entries, none being in memory. */
  void beginEntries() {
    oldest = 0;
    oldestLastMillis = Long.MAX_VALUE;
    sealedLastMillis = Long.MIN_VALUE;
    nextChunk = 1;
    newest.begin(0, NONE, 0);
    goOnIn(newest);
  }

  /** What entries in memory take beyond what the chunks held there are counted as. */
  void countBytes() {
    if (resident) {
      long entryBytes = (long) (cells.length - shared.cells) * Long.BYTES;
      long rest = Math.max(0, entryBytes - held * shared.bytesPerChunk());
      long copyBytes = (long) copies.length * Long.BYTES;
      long bytes = shared.bytesPerEmptyLog() + copyBytes + rest;
      shared.logBytes += bytes - countedBytes;
      countedBytes = bytes;
    }
  }

  /** Where cursors may copy entries to. */
  long[] roomForCopies() {
    if (copies.length == 0) {
      copies = new long[shared.copyCells];
      countBytes();
    }
    return copies;
  }

  /** Gives that room back, which no cursor needs; a log of one key after another keeps it. */
  void dropCopies() {
    if (resident && copies.length > 0) {
      copies = NO_COPIES;
      countBytes();
    }
  }

  /** The open chunk, as it is now. */
  LogChunk open() {
    tellOpen();
    return newest;
  }

  private void tellOpen() {
    newest.reach(end, largestOpenId);
  }

  /** The open chunk, which alone is in memory, for other entries to come into. */
  LogChunk emptyOpen() {
    if (cells.length - shared.cells > 2 * chunkSize * shared.stride) {
      // Of a key with many events; the next one has few, as most have.
      cells = new long[shared.cells + FIRST_ROOM * shared.stride];
      countBytes();
    }
    newest.standAt(cells, shared.cells);
    return newest;
  }

  /** Has entries appended to a chunk, the last one in memory, from now on. */
  void goOnIn(LogChunk chunk) {
    newest = chunk;
    followOpen();
    largestOpenId = chunk.largestId();
    forgetOpenIds();
  }

  /** Whether the open chunk has an id. */
  boolean isOpen(long chunk) {
    return newest.id() == chunk;
  }

  /**
   * Whether something is to be done before another entry comes: the open chunk is full or, in a log
   * that seals late, has no room behind it, so that entries are dropped rather than the array
   * grown.
   */
  boolean isOpenFull() {
    return end >= fullAt;
  }

  /**
   * How many of its entries a log that seals late is to seal at once: whole chunks, but not the
   * newest entry, for an event is compared with what is open.
   */
  int countToSeal() {
    int open = (end - newest.start()) / shared.stride;
    return Math.min(LARGE_CHUNK_SIZE, (open - 1) / chunkSize * chunkSize);
  }

  /** The most entries that a chunk may have. */
  int mostEntries(LogChunk chunk) {
    return sealsLate && isOpen(chunk.id()) ? MAX_OPEN : 2 * chunkSize;
  }

  /** Whether the open chunk must be sealed now in a log that seals late. */
  boolean isOpenTooLarge() {
    return end - newest.start() >= MAX_OPEN * shared.stride;
  }

  /**
   * Puts an entry behind all others.
   *
   * @return where it stands
   */
  int append(long time, long eventId, double[] row) {
    int stride = shared.stride;
    if (end + stride > cells.length) {
      makeRoom(0);
    }
    int at = LogChunk.write(cells, end, time, eventId, row);
    end += stride;
    largestOpenId = Math.max(largestOpenId, eventId);
    return at;
  }

  /**
   * Moves the entries in memory to where there is room for more behind them.
   *
   * @param before how many are to come before them
   */
  private void makeRoom(int before) {
    int live = end - oldestHeld.start();
    int needed = shared.cells + live + (before + FIRST_ROOM) * shared.stride;
    // A move is paid for by the entries that came since the last: by half of those moved at least.
    boolean fits = needed + live / 2 <= cells.length && !isTooLarge();
    moveEntries(before, fits ? cells : new long[needed + live]);
  }

  /** Gives back room after many entries have gone. */
  void makeSmall() {
    if (isTooLarge()) {
      int live = end - oldestHeld.start();
      moveEntries(0, new long[shared.cells + 2 * live + FIRST_ROOM * shared.stride]);
    }
  }

  private boolean isTooLarge() {
    int live = end - oldestHeld.start();
    return cells.length - shared.cells > 5 * Math.max(live, chunkSize * shared.stride);
  }

  /**
   * @param before room that there is to be before them, in entries
   * @param to with room for them all
   */
  private void moveEntries(int before, long[] to) {
    tellOpen();
    int first = oldestHeld.start();
    int start = shared.cells + before * shared.stride;
    System.arraycopy(cells, first, to, start, end - first);
    if (to != cells) {
      System.arraycopy(cells, 0, to, 0, shared.cells);
    }
    for (LogChunk chunk = oldestHeld; chunk != null; chunk = chunk.newer()) {
      chunk.standAt(to, chunk.start() - first + start);
    }
    followOpen();
    entriesMoved();
    countBytes();
  }

  /** Notes where the open chunk stands. */
  private void followOpen() {
    cells = newest.cells();
    end = newest.end();
    fullAt =
        sealsLate
            ? Math.min(newest.start() + MAX_OPEN * shared.stride, cells.length - shared.stride + 1)
            : newest.start() + chunkSize * shared.stride;
  }

  /** Entries in memory stand in other places than before. */
  abstract void entriesMoved();

  /** Drops the first entries of the open chunk, which is the oldest. */
  void dropFirst(int count) {
    open().drop(count);
    followOpen();
    forgetOpenIds();
  }

  /** Inserts an entry into a chunk, which may be one in memory. */
  void insertInto(LogChunk chunk, int index, long time, long eventId, double[] row) {
    if (chunk.cells() != cells) {
      chunk.insert(index, time, eventId, row);
      return;
    }
    LogChunk open = open();
    if (end + shared.stride > cells.length) {
      makeRoom(0);
    }
    if (chunk != open) {
      moveOn(chunk);
    }
    chunk.insert(index, time, eventId, row);
    if (chunk == open) {
      largestOpenId = chunk.largestId();
      if (openIds != null) {
        openIds.inserted(index, eventId);
      }
    }
    followOpen();
    entriesMoved();
  }

  /** Makes room for one more entry between a chunk and the one behind it. */
  private void moveOn(LogChunk chunk) {
    int stride = shared.stride;
    int from = chunk.end();
    System.arraycopy(cells, from, cells, from + stride, end - from);
    for (LogChunk next = chunk.newer(); next != null; next = next.newer()) {
      next.standAt(cells, next.start() + stride);
    }
  }

  /** Shows every entry, in order. */
  void forEach(LogChunk.Visitor visitor) throws Exception {
    LogChunk chunk = find(oldest);
    while (true) {
      for (int i = 0; i < chunk.size(); i++) {
        visitor.visit(chunk, i);
      }
      if (chunk.id() == newest.id()) {
        return;
      }
      chunk = find(chunk.next());
    }
  }

  /** An equal id among the key's latest events, or anywhere at exactly this time. */
  boolean isRecentDuplicate(long time, long eventId) throws Exception {
    if (eventId <= largestOpenId) {
      LogChunk open = open();
      if ((!resident || idsOfOpen().mayHold(open, eventId)) && open.holdsId(eventId)) {
        return true;
      }
    }
    return sealedLastMillis == time
        && newest.id() != oldest
        && holds(before(newest), time, eventId);
  }

  private IdFilter idsOfOpen() {
    IdFilter ids = openIds;
    if (ids == null) {
      ids = new IdFilter();
      openIds = ids;
    }
    return ids;
  }

  /** Whether an entry with this time and id lies in the chunk, or before it at the same time. */
  boolean holds(LogChunk from, long time, long eventId) throws Exception {
    LogChunk chunk = from;
    for (int walked = 0; walked < MAX_CHUNKS_OF_ONE_TIME; walked++) {
      for (int i = chunk.countUpTo(time) - 1; i >= 0; i--) {
        if (chunk.time(i) != time) {
          return false;
        }
        if (chunk.eventId(i) == eventId) {
          return true;
        }
      }
      if (chunk.id() == oldest) {
        return false;
      }
      chunk = before(chunk);
    }
    return false;
  }

  private void forgetOpenIds() {
    if (openIds != null) {
      openIds.clear();
    }
  }

  private boolean mayHoldMore() {
    return resident && held < MAX_HELD_CHUNKS && shared.heldChunks < shared.maxHeldChunks;
  }

  boolean isHoldingTooMany() {
    return !resident || held > MAX_HELD_CHUNKS || shared.heldChunks > shared.maxHeldChunks;
  }

  void countHeld() {
    held++;
    shared.heldChunks++;
    countBytes();
  }

  /** Takes a chunk that was read into memory if it is the next to the oldest there. */
  boolean hold(LogChunk read) {
    if (read.next() != oldestHeld.id() || !mayHoldMore()) {
      return false;
    }
    int length = read.end() - read.start();
    if (oldestHeld.start() - shared.cells < length) {
      makeRoom(read.size());
    }
    int start = oldestHeld.start() - length;
    System.arraycopy(read.cells(), read.start(), cells, start, length);
    read.standAt(cells, start);
    read.joinNewer(oldestHeld);
    oldestHeld = read;
    countHeld();
    return true;
  }

  /** Takes the oldest of the chunks in memory, not the open one, out of it. */
  LogChunk partWithOldest() {
    LogChunk first = oldestHeld;
    oldestHeld = Objects.requireNonNull(first.newer());
    first.part();
    held--;
    shared.heldChunks--;
    countBytes();
    return first;
  }

  /** The last chunk that begins at or before {@code time}; the oldest one where none does. */
  LogChunk findChunk(long time) throws Exception {
    LogChunk chunk = open();
    while (chunk.id() != oldest && (chunk.size() == 0 || chunk.firstTime() > time)) {
      LogChunk older = chunk.older();
      chunk = older == null ? read(chunk.previous(), shared.found) : older;
    }
    return chunk;
  }

  /** The chunk before another one; valid until the next chunk is read. */
  LogChunk before(LogChunk chunk) throws Exception {
    LogChunk older = chunk.older();
    return older == null ? read(chunk.previous(), shared.visited) : older;
  }

  /** The first of the chunks that share the leaf of one; valid until the next chunk is read. */
  LogChunk beginOfLeaf(long id) throws Exception {
    LogChunk chunk = find(id);
    while (chunk.id() != oldest) {
      long first = chunk.id();
      chunk = before(chunk);
      if (!chunk.leafGoesOn()) {
        return find(first);
      }
    }
    return chunk;
  }

  /** A chunk by its id; valid until the next chunk is read. */
  LogChunk find(long id) throws Exception {
    LogChunk found = inMemory(id);
    return found == null ? read(id, shared.visited) : found;
  }

  @Nullable LogChunk inMemory(long id) {
    if (id == newest.id()) {
      return open();
    }
    LogChunk chunk = oldestHeld;
    while (chunk != null && chunk.id() != id) {
      chunk = chunk.newer();
    }
    return chunk;
  }

  LogChunk read(long id, LogChunk target) throws Exception {
    boolean visits = target == shared.visited;
    if (visits && shared.visitedIsCurrent && target.id() == id) {
      return target;
    }
    byte[] bytes = shared.chunks.get(id);
    if (bytes == null) {
      throw new IllegalStateException("Chunk " + id + " of a log is missing: the state is damaged");
    }
    target.fromBytes(bytes);
    shared.visitedIsCurrent |= visits;
    return target;
  }
}
