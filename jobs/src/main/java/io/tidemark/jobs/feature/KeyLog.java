package io.tidemark.jobs.feature;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.Arrays;

/**
 * The events of one key and the windows over them.
 *
 * <p><b>How it works.</b> Entries lie in a log, in order of time, cut into shared.chunks. The
 * newest chunk is open and stands in the key's header; full ones are sealed and stored one by one.
 * Each distinct distance at which some window begins or ends ({@code delay} and {@code delay +
 * size}) has a cursor that follows the head at that distance; passing an entry, it adds it to the
 * windows that begin there and removes it from those that end there. So an event costs one read and
 * one write of the header, whatever the windows' sizes, plus a chunk read per {@value
 * LogCursor#PREFETCH} entries and cursor; only entries of one and the same time that fill several
 * chunks are searched for a duplicate. Eviction happens when the next event comes ({@code time <= t
 * - distance}), never by timers.
 *
 * <p>An event behind the head is inserted where it belongs, into the windows that hold its time,
 * and answered by a scan as of its own time; cursors never move back. Every {@value #REBUILD_EVERY}
 * evictions, and when a value leaves that was so large that the others' digits were lost in it, a
 * window's sums are recomputed from the log.
 *
 * <p>An instance serves a key from {@link #begin} or {@link #load} to {@link #save}, while that key
 * is the current one of the workspace's chunk store, and may serve another afterwards. Not
 * thread-safe.
 */
final class KeyLog {
  private static final byte FORMAT = 1;
  private static final int REBUILD_EVERY = 1 << 16;

  /** More than this many chunks of entries of one time are not searched for a duplicate. */
  private static final int MAX_CHUNKS_OF_ONE_TIME = 64;

  private static final long NONE = -1;

  private final LogWorkspace shared;
  private final LogLayout layout;
  private final LogCursor[] cursors;
  private final WindowSums[] windows;
  private final int[] evictions;
  private LogChunk open;

  private long headMillis;
  private long oldest;
  private long oldestLastMillis;
  private long sealedLastMillis;
  private long droppedUpToMillis;
  private long nextChunk;
  private boolean answerIsScanned;

  KeyLog(LogWorkspace shared) {
    this.shared = shared;
    this.layout = shared.layout;
    this.windows = shared.newWindows();
    this.evictions = new int[windows.length];
    this.cursors = shared.newCursors();
    this.open = new LogChunk(layout.columns());
  }

  /** Starts the log of a key that has none. */
  void begin() {
    headMillis = Long.MIN_VALUE;
    oldest = 0;
    oldestLastMillis = Long.MAX_VALUE;
    sealedLastMillis = Long.MIN_VALUE;
    droppedUpToMillis = Long.MIN_VALUE;
    nextChunk = 1;
    open.begin(0, NONE);
    for (LogCursor cursor : cursors) {
      cursor.moveTo(0, 0);
    }
    for (WindowSums window : windows) {
      window.clear();
    }
    Arrays.fill(evictions, 0);
    answerIsScanned = false;
  }

  /** Takes over what {@link #save} gave. */
  void load(byte[] header) {
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
    for (LogCursor cursor : cursors) {
      cursor.read(in);
    }
    for (int i = 0; i < windows.length; i++) {
      windows[i].read(in);
      evictions[i] = in.readCount();
    }
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
    for (int i = 0; i < windows.length; i++) {
      windows[i].write(shared.writer);
      shared.writer.writeUnsigned(evictions[i]);
    }
    return shared.writer.toBytes();
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
    return time >= headMillis ? append(time, eventId, row) : insertBehind(time, eventId, row);
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
    scanAsOf(time, chunk, chunk.countUpTo(time), row);
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
    for (int i = 0; i < windows.length; i++) {
      if (layout.windows().get(i).delayMillis() == 0) {
        windows[i].add(row, 0);
      }
      if (evictions[i] >= REBUILD_EVERY) {
        rebuild(i, row);
      }
    }
    if (open.size() >= LogChunk.TARGET_SIZE) {
      seal();
      trim();
    }
    open.insert(open.size(), time, eventId, row);
    answerIsScanned = false;
    return true;
  }

  /** An equal id among the key's latest events, or anywhere at exactly this time. */
  private boolean isRecentDuplicate(long time, long eventId) throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.eventId(i) == eventId) {
        return true;
      }
    }
    return open.id() != oldest
        && sealedLastMillis == time
        && holds(load(open.previous(), shared.visited), time, eventId);
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
      chunk = load(chunk.previous(), shared.visited);
    }
    return false;
  }

  /** Lets a cursor pass every entry that is now at least its distance behind the head. */
  private void advance(int index) throws Exception {
    LogCursor cursor = cursors[index];
    long limit = headMillis - cursor.distanceMillis();
    while (lookAhead(cursor) && cursor.aheadTime() <= limit) {
      for (int window : shared.entering[index]) {
        windows[window].add(cursor.aheadValues(), cursor.aheadOffset());
      }
      for (int window : shared.leaving[index]) {
        boolean exact = windows[window].remove(cursor.aheadValues(), cursor.aheadOffset());
        evictions[window] = exact ? evictions[window] + 1 : REBUILD_EVERY;
      }
      cursor.step();
    }
    if (cursor.chunk() == open.id()) {
      // What lies in the header already need not stand there twice.
      cursor.forgetAhead();
    }
  }

  private boolean lookAhead(LogCursor cursor) throws Exception {
    while (!cursor.hasAhead()) {
      LogChunk chunk = load(cursor.chunk(), shared.visited);
      if (cursor.offset() < chunk.size()) {
        cursor.lookAhead(chunk);
      } else if (chunk == open) {
        return false;
      } else {
        cursor.moveTo(chunk.next(), 0);
      }
    }
    return true;
  }

  /** Recomputes a window from the log; {@code row} is the head's, not yet in it. */
  private void rebuild(int window, double[] row) throws Exception {
    scanAsOf(headMillis, open, open.size(), row);
    windows[window].copyFrom(shared.scanned[window]);
    evictions[window] = 0;
  }

  private void seal() throws Exception {
    LogChunk full = open;
    full.linkNext(nextChunk++);
    open = shared.spare;
    open.begin(full.next(), full.id());
    shared.spare = full;
    putSealed(full);
  }

  /** Drops the chunks that no window and no event behind the head can reach any more. */
  private void trim() throws Exception {
    while (oldest != open.id() && oldestLastMillis <= headMillis - shared.retentionMillis) {
      long successor = load(oldest, shared.visited).next();
      shared.chunks.remove(oldest);
      droppedUpToMillis = oldestLastMillis;
      for (LogCursor cursor : cursors) {
        if (cursor.chunk() == oldest) {
          cursor.moveTo(successor, 0);
        }
      }
      oldest = successor;
      oldestLastMillis =
          successor == open.id() ? Long.MAX_VALUE : load(successor, shared.visited).lastTime();
    }
  }

  private boolean insertBehind(long time, long eventId, double[] row) throws Exception {
    LogChunk chunk = findChunk(time);
    if (holds(chunk, time, eventId) || isRecentDuplicate(time, eventId)) {
      return false;
    }
    int index = chunk.countUpTo(time);
    scanAsOf(time, chunk, index, row);
    moveCursors(chunk, index, time);
    chunk.insert(index, time, eventId, row);
    for (int i = 0; i < windows.length; i++) {
      if (isInside(time, headMillis, layout.windows().get(i))) {
        windows[i].add(row, 0);
      }
    }
    if (chunk.size() >= LogChunk.MAX_SIZE) {
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
          cursor.shift();
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
    shared.spare.begin(nextChunk++, chunk.id());
    shared.spare.linkNext(chunk.next());
    chunk.splitInto(shared.spare, half);
    chunk.linkNext(shared.spare.id());
    for (LogCursor cursor : cursors) {
      if (cursor.chunk() == chunk.id()) {
        if (cursor.offset() > half) {
          cursor.moveTo(shared.spare.id(), cursor.offset() - half);
        } else {
          cursor.forgetAhead();
        }
      }
    }
    if (chunk == open) {
      LogChunk first = open;
      open = shared.spare;
      shared.spare = first;
      putSealed(first);
      return;
    }
    putSealed(chunk);
    putSealed(shared.spare);
    if (shared.spare.next() == open.id()) {
      open.linkPrevious(shared.spare.id());
    } else {
      LogChunk following = load(shared.spare.next(), shared.visited);
      following.linkPrevious(shared.spare.id());
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
      chunk = load(chunk.previous(), shared.found);
    }
    return chunk;
  }

  /** The open chunk, or a sealed one read into {@code target}. */
  private LogChunk load(long id, LogChunk target) throws Exception {
    if (id == open.id()) {
      return open;
    }
    byte[] bytes = shared.chunks.get(id);
    if (bytes == null) {
      throw new IllegalStateException("Chunk " + id + " of a log is missing: the state is damaged");
    }
    target.fromBytes(bytes);
    return target;
  }

  /**
   * Computes all windows as of an event that is not in the log.
   *
   * @param index where in the chunk it would stand
   */
  private void scanAsOf(long time, LogChunk from, int index, double[] row) throws Exception {
    for (WindowSums window : shared.scanned) {
      window.clear();
    }
    addToScanned(time, time, row);
    answerIsScanned = true;
    double[] past = new double[layout.columns()];
    long horizon = time - shared.largestReachMillis;
    LogChunk chunk = from;
    int last = index - 1;
    while (true) {
      for (int i = last; i >= 0; i--) {
        if (chunk.time(i) <= horizon) {
          return;
        }
        chunk.copyValues(i, past, 0);
        addToScanned(time, chunk.time(i), past);
      }
      if (chunk.id() == oldest) {
        return;
      }
      chunk = load(chunk.previous(), shared.visited);
      last = chunk.size() - 1;
    }
  }

  private void addToScanned(long asOf, long time, double[] row) {
    for (int i = 0; i < shared.scanned.length; i++) {
      if (isInside(time, asOf, layout.windows().get(i))) {
        shared.scanned[i].add(row, 0);
      }
    }
  }

  private static boolean isInside(long time, long asOf, WindowSpec window) {
    return time <= asOf - window.delayMillis() && time > asOf - window.reachMillis();
  }
}
