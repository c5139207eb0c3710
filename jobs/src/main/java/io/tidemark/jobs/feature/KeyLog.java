package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of one key and the windows over them.
 *
 * <p><b>How it works.</b> Entries lie in a log, in order of time, cut into chunks. The newest chunk
 * is open and stands in the key's header; full ones are sealed and stored one by one. Each distinct
 * distance at which some window begins or ends ({@code delay} and {@code delay + size}) has a
 * cursor that follows the head at that distance; passing an entry, it adds it to the windows that
 * begin there and removes it from those that end there. So an event costs one read and one write of
 * the header, whatever the windows' sizes, plus a chunk read per {@value LogCursor#PREFETCH}
 * entries and cursor; only entries of one and the same time that fill several chunks are searched
 * for a duplicate. Eviction happens when the next event comes ({@code time <= t - distance}), never
 * by timers.
 *
 * <p>A log that stays in memory between events also holds its newest sealed chunks there, decoded,
 * as far as the workspace allows: its cursors read the entries where they lie, and a chunk is
 * stored once and read again only after a restore. Nothing is lost with it but speed.
 *
 * <p>An event behind the head is inserted where it belongs, into the windows that hold its time,
 * and answered by a scan as of its own time; cursors never move back. Sums that have seen many
 * evictions are recomputed from the log.
 *
 * <p>An instance serves a key from {@link #begin} or {@link #load} to {@link #save}, while that key
 * is the current one of the workspace's chunk store, and may serve another afterwards. Not
 * thread-safe.
 */
final class KeyLog {
  /** Entries in an open chunk at which it is sealed before the next is appended. */
  static final int CHUNK_SIZE = 32;

  /**
   * The same for a log that stays in memory: there, what lies in the header is not read and written
   * with each event, while sealing costs as much.
   */
  static final int RESIDENT_CHUNK_SIZE = 64;

  /** Room in a new open chunk of such a log: most keys have few events. */
  private static final int FIRST_ROOM = 8;

  private static final byte FORMAT = 1;

  /** More sealed chunks than this one log does not hold in memory. */
  private static final int MAX_HELD_CHUNKS = 512;

  /** More than this many chunks of entries of one time are not searched for a duplicate. */
  private static final int MAX_CHUNKS_OF_ONE_TIME = 64;

  private static final long NONE = -1;

  private final LogWorkspace shared;
  private final LogLayout layout;
  private final LogCursor[] cursors;
  private final WindowSums[] windows;
  private final boolean resident;
  private final int chunkSize;
  private LogChunk open;

  /** Of the open chunk, in a log that stays in memory: in any other they are read once anyway. */
  private final IdFilter openIds = new IdFilter();

  /** The first of the chunks in memory, which are linked; the last is the open one. */
  private LogChunk oldestHeld;

  private int held;

  private long headMillis;
  private long oldest;
  private long oldestLastMillis;
  private long sealedLastMillis;
  private long droppedUpToMillis;
  private long nextChunk;
  private boolean answerIsScanned;

  /** What {@link LogWorkspace#logBytes} holds of this log. */
  private long countedBytes;

  /**
   * @param resident whether it serves one key for more than one event
   */
  KeyLog(LogWorkspace shared, boolean resident) {
    this.shared = shared;
    this.resident = resident;
    this.chunkSize = resident ? RESIDENT_CHUNK_SIZE : CHUNK_SIZE;
    this.layout = shared.layout;
    this.windows = shared.newWindows();
    this.cursors = shared.newCursors();
    this.open = newOpenChunk();
    this.oldestHeld = open;
    countBytes();
  }

  private LogChunk newOpenChunk() {
    return new LogChunk(layout.columns(), resident ? FIRST_ROOM : chunkSize);
  }

  private void countBytes() {
    if (resident) {
      long bytes = shared.bytesPerEmptyLog() + open.heapBytes();
      for (LogCursor cursor : cursors) {
        bytes += cursor.heapBytes();
      }
      shared.logBytes += bytes - countedBytes;
      countedBytes = bytes;
    }
  }

  /** Starts the log of a key that has none. */
  void begin() {
    release();
    headMillis = Long.MIN_VALUE;
    oldest = 0;
    oldestLastMillis = Long.MAX_VALUE;
    sealedLastMillis = Long.MIN_VALUE;
    droppedUpToMillis = Long.MIN_VALUE;
    nextChunk = 1;
    open.begin(0, NONE);
    openIds.clear();
    for (LogCursor cursor : cursors) {
      cursor.moveTo(0, 0);
    }
    for (WindowSums window : windows) {
      window.clear();
    }
    answerIsScanned = false;
  }

  /** Takes over what {@link #save} gave. */
  void load(byte[] header) {
    release();
    ByteReader in = new ByteReader(header);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "Window state in format version "
              + format
              + ", but this release reads version "
              + FORMAT
              + ": the savepoint was written by another release");
    }
    headMillis = in.readLong();
    oldest = in.readUnsigned();
    oldestLastMillis = in.readLong();
    sealedLastMillis = in.readLong();
    droppedUpToMillis = in.readLong();
    nextChunk = in.readUnsigned();
    open.read(in);
    filterOpenIds();
    for (LogCursor cursor : cursors) {
      cursor.read(in);
    }
    for (WindowSums window : windows) {
      window.read(in);
    }
    countBytes();
    answerIsScanned = false;
  }

  byte[] save() {
    shared.writer.reset();
    shared.writer.writeByte(FORMAT);
    shared.writer.writeLong(headMillis);
    shared.writer.writeUnsigned(oldest);
    shared.writer.writeLong(oldestLastMillis);
    shared.writer.writeLong(sealedLastMillis);
    shared.writer.writeLong(droppedUpToMillis);
    shared.writer.writeUnsigned(nextChunk);
    open.write(shared.writer);
    for (LogCursor cursor : cursors) {
      cursor.write(shared.writer);
    }
    for (WindowSums window : windows) {
      window.write(shared.writer);
    }
    return shared.writer.toBytes();
  }

  /** Lets go of the chunks in memory; what is stored of them stays. */
  void release() {
    while (oldestHeld != open) {
      letGoOfOldest();
    }
  }

  /** Lets go of everything: it is not used again. */
  void discard() {
    release();
    shared.logBytes -= countedBytes;
    countedBytes = 0;
  }

  /** Highest event time of the key. */
  long headMillis() {
    return headMillis;
  }

  /** Entries up to this time are no longer there: a window that reaches them is incomplete. */
  long droppedUpToMillis() {
    return droppedUpToMillis;
  }

  /** Whether an event of this time comes too late to be taken in: what is as old was dropped. */
  boolean isTooLate(long time) {
    return time <= headMillis - shared.retentionMillis;
  }

  /**
   * Takes in an event that is not too late; {@link #answer} then holds the windows as of it, itself
   * included.
   *
   * @param row one value per column, NaN for none
   * @return false if it is a duplicate, which changes nothing
   */
  boolean insert(long time, long eventId, double[] row) throws Exception {
    boolean isNew =
        time >= headMillis ? append(time, eventId, row) : insertBehind(time, eventId, row);
    countBytes();
    return isNew;
  }

  /**
   * Answers as of an event without taking it in; {@link #answer} then holds the windows as of it,
   * itself included.
   *
   * @return false if it was taken in before
   */
  boolean answerOnly(long time, long eventId, double[] row) throws Exception {
    LogChunk chunk = findChunk(time);
    if (holds(chunk, time, eventId)) {
      return false;
    }
    clearScanned();
    shared.asked.begin(NONE, NONE);
    shared.asked.insert(0, time, eventId, row);
    addToScanned(time, shared.asked, 0);
    scan(time, chunk, chunk.countUpTo(time));
    answerIsScanned = true;
    return true;
  }

  /** The state of a window as of the event last taken in or answered. */
  WindowSums answer(int window) {
    return answerIsScanned ? shared.scanned[window] : windows[window];
  }

  private boolean append(long time, long eventId, double[] row) throws Exception {
    if (isRecentDuplicate(time, eventId)) {
      return false;
    }
    headMillis = time;
    for (int i = 0; i < cursors.length; i++) {
      advance(i);
    }
    if (open.size() >= chunkSize) {
      seal();
      trim();
    }
    int index = open.size();
    open.insert(index, time, eventId, row);
    openIds.add(eventId);
    for (int window : shared.undelayed) {
      windows[window].add(open, index);
    }
    for (WindowSums window : windows) {
      if (window.isWorn()) {
        rebuild();
        break;
      }
    }
    answerIsScanned = false;
    return true;
  }

  /** An equal id among the key's latest events, or anywhere at exactly this time. */
  private boolean isRecentDuplicate(long time, long eventId) throws Exception {
    return ((!resident || openIds.mayHold(eventId)) && open.holdsId(eventId))
        || (open.id() != oldest && sealedLastMillis == time && holds(before(open), time, eventId));
  }

  /** Whether an entry with this time and id lies in the chunk, or before it at the same time. */
  private boolean holds(LogChunk from, long time, long eventId) throws Exception {
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

  /** Lets a cursor pass every entry that is now at least its distance behind the head. */
  private void advance(int index) throws Exception {
    LogCursor cursor = cursors[index];
    long limit = headMillis - cursor.distanceMillis();
    if (cursor.isAheadOf(limit)) {
      return;
    }
    while (lookAhead(cursor) && cursor.aheadTime() <= limit) {
      LogChunk passed = cursor.ahead();
      int entry = cursor.aheadIndex();
      for (int window : shared.entering[index]) {
        windows[window].add(passed, entry);
      }
      for (int window : shared.leaving[index]) {
        windows[window].remove(passed, entry);
      }
      cursor.step();
    }
    cursor.rememberAhead();
  }

  private boolean lookAhead(LogCursor cursor) throws Exception {
    while (!cursor.hasAhead()) {
      LogChunk chunk = cursor.followed();
      if (chunk == null) {
        chunk = chunkAt(cursor);
      }
      if (cursor.offset() < chunk.size()) {
        if (chunk == shared.visited) {
          cursor.copyAhead(chunk);
        } else {
          cursor.follow(chunk);
        }
      } else if (chunk == open) {
        return false;
      } else {
        LogChunk following = chunk.newer();
        cursor.moveTo(chunk.next(), 0);
        if (following != null) {
          cursor.follow(following);
        }
      }
    }
    return true;
  }

  /** The chunk a cursor stands in; one that is not in memory is taken there if it can be. */
  private LogChunk chunkAt(LogCursor cursor) throws Exception {
    LogChunk found = inMemory(cursor.chunk());
    if (found != null) {
      return found;
    }
    LogChunk read = read(cursor.chunk(), shared.visited);
    if (read.next() == oldestHeld.id() && mayHoldMore()) {
      shared.visited = new LogChunk(layout.columns(), chunkSize);
      read.joinNewer(oldestHeld);
      oldestHeld = read;
      countHeld();
    }
    return read;
  }

  /** Recomputes the windows that need it from the log, the head included. */
  private void rebuild() throws Exception {
    clearScanned();
    scan(headMillis, open, open.size());
    for (int i = 0; i < windows.length; i++) {
      if (windows[i].isWorn()) {
        windows[i].copyFrom(shared.scanned[i]);
      }
    }
  }

  private void seal() throws Exception {
    LogChunk full = open;
    full.linkNext(nextChunk++);
    open = newOpenChunk();
    open.begin(full.next(), full.id());
    openIds.clear();
    full.joinNewer(open);
    holdSealed();
    putSealed(full);
  }

  /** Takes the chunk that was the open one among the sealed, which stay in memory as they may. */
  private void holdSealed() {
    countHeld();
    while (oldestHeld != open && isHoldingTooMany()) {
      letGoOfOldest();
    }
  }

  private void filterOpenIds() {
    if (resident) {
      openIds.clear();
      for (int i = 0; i < open.size(); i++) {
        openIds.add(open.eventId(i));
      }
    }
  }

  private boolean mayHoldMore() {
    return resident && held < MAX_HELD_CHUNKS && shared.heldChunks < shared.maxHeldChunks;
  }

  private boolean isHoldingTooMany() {
    return !resident || held > MAX_HELD_CHUNKS || shared.heldChunks > shared.maxHeldChunks;
  }

  private void countHeld() {
    held++;
    shared.heldChunks++;
  }

  private void letGoOfOldest() {
    LogChunk first = oldestHeld;
    oldestHeld = Objects.requireNonNull(first.newer());
    first.part();
    held--;
    shared.heldChunks--;
    for (LogCursor cursor : cursors) {
      if (cursor.chunk() == first.id()) {
        cursor.forgetAhead();
      }
    }
  }

  /** Drops the chunks that no window and no event behind the head can reach any more. */
  private void trim() throws Exception {
    while (oldest != open.id() && oldestLastMillis <= headMillis - shared.retentionMillis) {
      long successor = find(oldest).next();
      shared.chunks.remove(oldest);
      droppedUpToMillis = oldestLastMillis;
      if (oldestHeld.id() == oldest) {
        letGoOfOldest();
      }
      for (LogCursor cursor : cursors) {
        if (cursor.chunk() == oldest) {
          cursor.moveTo(successor, 0);
        }
      }
      oldest = successor;
      oldestLastMillis = successor == open.id() ? Long.MAX_VALUE : find(successor).lastTime();
    }
  }

  private boolean insertBehind(long time, long eventId, double[] row) throws Exception {
    LogChunk chunk = findChunk(time);
    if (holds(chunk, time, eventId) || isRecentDuplicate(time, eventId)) {
      return false;
    }
    int index = chunk.countUpTo(time);
    moveCursors(chunk, index, time);
    chunk.insert(index, time, eventId, row);
    if (chunk == open) {
      openIds.add(eventId);
    }
    for (int i = 0; i < windows.length; i++) {
      if (isInside(time, headMillis, layout.windows().get(i))) {
        windows[i].add(chunk, index);
      }
    }
    clearScanned();
    scan(time, chunk, index + 1);
    answerIsScanned = true;
    if (chunk.size() >= 2 * chunkSize) {
      splitInHalf(chunk);
    } else if (chunk != open) {
      putSealed(chunk);
    }
    return true;
  }

  /** Makes room in the cursors for an entry that is about to be inserted. */
  private void moveCursors(LogChunk chunk, int index, long time) {
    for (LogCursor cursor : cursors) {
      boolean passed = time <= headMillis - cursor.distanceMillis();
      if (cursor.chunk() == chunk.id()) {
        if (passed) {
          cursor.shift(chunk);
        } else {
          cursor.forgetAhead();
        }
      } else if (!passed
          && index == chunk.size()
          && cursor.chunk() == chunk.next()
          && cursor.offset() == 0) {
        // It stands just behind the chunk; the new last entry is still ahead of it.
        cursor.moveTo(chunk.id(), index);
      }
    }
  }

  /** Leaves the first half in the chunk and puts the second into a new one behind it. */
  private void splitInHalf(LogChunk chunk) throws Exception {
    int half = chunk.size() / 2;
    LogChunk second = new LogChunk(layout.columns(), chunkSize);
    second.begin(nextChunk++, chunk.id());
    second.linkNext(chunk.next());
    chunk.splitInto(second, half);
    chunk.linkNext(second.id());
    for (LogCursor cursor : cursors) {
      if (cursor.chunk() == chunk.id()) {
        if (cursor.offset() > half) {
          cursor.moveTo(second.id(), cursor.offset() - half);
        } else {
          cursor.forgetAhead();
        }
      }
    }
    if (chunk == open) {
      chunk.joinNewer(second);
      open = second;
      filterOpenIds();
      holdSealed();
      putSealed(chunk);
      return;
    }
    LogChunk following = chunk.newer();
    if (following != null) {
      chunk.joinNewer(second);
      second.joinNewer(following);
      countHeld();
    }
    putSealed(chunk);
    putSealed(second);
    if (second.next() == open.id()) {
      open.linkPrevious(second.id());
    } else {
      if (following == null) {
        following = find(second.next());
      }
      following.linkPrevious(second.id());
      putSealed(following);
    }
  }

  private void putSealed(LogChunk chunk) throws Exception {
    if (chunk.id() == oldest) {
      oldestLastMillis = chunk.lastTime();
    }
    if (chunk.next() == open.id()) {
      sealedLastMillis = chunk.lastTime();
    }
    shared.chunks.put(chunk.id(), chunk.toBytes(shared.writer));
  }

  /** The last chunk that begins at or before {@code time}; the oldest one where none does. */
  private LogChunk findChunk(long time) throws Exception {
    LogChunk chunk = open;
    while (chunk.id() != oldest && (chunk.size() == 0 || chunk.firstTime() > time)) {
      LogChunk older = chunk.older();
      chunk = older == null ? read(chunk.previous(), shared.found) : older;
    }
    return chunk;
  }

  /** The chunk before another one; valid until the next chunk is read. */
  private LogChunk before(LogChunk chunk) throws Exception {
    LogChunk older = chunk.older();
    return older == null ? read(chunk.previous(), shared.visited) : older;
  }

  /** A chunk by its id; valid until the next chunk is read. */
  private LogChunk find(long id) throws Exception {
    LogChunk found = inMemory(id);
    return found == null ? read(id, shared.visited) : found;
  }

  private @Nullable LogChunk inMemory(long id) {
    if (id == open.id()) {
      return open;
    }
    LogChunk chunk = oldestHeld;
    while (chunk != null && chunk.id() != id) {
      chunk = chunk.newer();
    }
    return chunk;
  }

  private LogChunk read(long id, LogChunk target) throws Exception {
    byte[] bytes = shared.chunks.get(id);
    if (bytes == null) {
      throw new IllegalStateException("Chunk " + id + " of a log is missing: the state is damaged");
    }
    target.fromBytes(bytes);
    return target;
  }

  private void clearScanned() {
    for (WindowSums window : shared.scanned) {
      window.clear();
    }
  }

  /**
   * Adds what all windows hold as of a time to the scanned ones.
   *
   * @param from chunk of the last entry that counts
   * @param count how many of its entries do
   */
  private void scan(long asOf, LogChunk from, int count) throws Exception {
    long horizon = asOf - shared.largestReachMillis;
    LogChunk chunk = from;
    int last = count - 1;
    while (true) {
      for (int i = last; i >= 0; i--) {
        if (chunk.time(i) <= horizon) {
          return;
        }
        addToScanned(asOf, chunk, i);
      }
      if (chunk.id() == oldest) {
        return;
      }
      chunk = before(chunk);
      last = chunk.size() - 1;
    }
  }

  private void addToScanned(long asOf, LogChunk chunk, int index) {
    long time = chunk.time(index);
    for (int i = 0; i < shared.scanned.length; i++) {
      if (isInside(time, asOf, layout.windows().get(i))) {
        shared.scanned[i].add(chunk, index);
      }
    }
  }

  private static boolean isInside(long time, long asOf, WindowSpec window) {
    return time <= asOf - window.delayMillis() && time > asOf - window.reachMillis();
  }
}
