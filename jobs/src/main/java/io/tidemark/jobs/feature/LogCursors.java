package io.tidemark.jobs.feature;

import org.jspecify.annotations.Nullable;

/**
 * The entries of one key and the cursors that follow them: which chunk each stands in, and where
 * its next entries are read, in memory or from copies. {@link KeyLog} moves windows with them.
 *
 * <p>A class of its own, but no object of its own, as {@link LogEntries}. Not thread-safe.
 */
abstract class LogCursors extends LogEntries {
  /** Per cursor the sealed chunk it stands in, null where that is not in memory. */
  final @Nullable LogChunk[] standIn;

  /** Highest event time of the key. */
  long headMillis;

  /**
   * @param resident whether it serves one key for more than one event
   */
  LogCursors(LogWorkspace shared, boolean resident) {
    super(shared, resident);
    this.standIn = new LogChunk[shared.cursors.length];
  }

  /** Highest event time of the key. */
  long headMillis() {
    return headMillis;
  }

  /** The chunk a cursor stands in, null where that is not in memory. */
  @Nullable LogChunk held(int index) {
    return isOpen(shared.cursors[index].chunk(cells)) ? open() : standIn[index];
  }

  /** Makes the entries that come next for a cursor known to it; false where there are none. */
  boolean lookAhead(int index) throws Exception {
    LogCursor cursor = shared.cursors[index];
    if (cursor.waits(cells)) {
      return cursor.goOn(cells, end);
    }
    while (!cursor.hasAhead(cells)) {
      LogChunk chunk = chunkAt(index);
      if (cursor.offset(cells) < chunk.size()) {
        if (chunk == shared.visited) {
          cursor.copyFrom(cells, roomForCopies(), chunk);
        } else {
          cursor.readIn(cells, chunk, isOpen(chunk.id()));
        }
      } else if (isOpen(chunk.id())) {
        cursor.stopIn(cells, chunk.leaf());
        return false;
      } else {
        LogChunk following = chunk.newer();
        cursor.moveTo(cells, chunk.next(), 0);
        standIn[index] = following;
      }
    }
    return true;
  }

  /** The chunk a cursor stands in; one that is not in memory is taken there if it can be. */
  private LogChunk chunkAt(int index) throws Exception {
    LogChunk known = held(index);
    if (known != null) {
      return known;
    }
    long id = shared.cursors[index].chunk(cells);
    LogChunk found = inMemory(id);
    if (found == null) {
      found = read(id, shared.visited);
      if (!hold(found)) {
        return found;
      }
      shared.visited = new LogChunk(shared.layout.columns(), chunkSize);
      shared.visitedIsCurrent = false;
    }
    standIn[index] = found;
    return found;
  }

  /** Puts a cursor elsewhere. */
  void move(int index, LogChunk chunk, int offset) {
    shared.cursors[index].moveTo(cells, chunk.id(), offset);
    standIn[index] = null;
  }

  /** Makes room in the cursors for an entry that is about to be inserted. */
  void moveCursors(LogChunk chunk, int index, long time) {
    for (int i = 0; i < standIn.length; i++) {
      LogCursor cursor = shared.cursors[i];
      boolean passed = time <= cursor.limit(cells, headMillis);
      if (cursor.chunk(cells) == chunk.id()) {
        if (passed) {
          cursor.shift(cells, 1);
        } else {
          cursor.forgetAhead(cells);
        }
      } else if (!passed
          && index == chunk.size()
          && cursor.chunk(cells) == chunk.next()
          && cursor.offset(cells) == 0) {
        // It stands just behind the chunk; the new last entry is still ahead of it.
        move(i, chunk, index);
      }
    }
  }

  /** Takes a cursor out of the log until the end of windows that it stands for moves on. */
  void park(int index) {
    if (shared.tiledEdges[index]) {
      LogCursor cursor = shared.cursors[index];
      cursor.park(cells, cursor.edge().limit(headMillis) + 1);
      standIn[index] = null;
    }
  }

  /** Lets cursors know where the chunk ends that they stand in, which was the open one. */
  void leave(LogChunk sealed) {
    for (int i = 0; i < standIn.length; i++) {
      if (shared.cursors[i].chunk(cells) == sealed.id()) {
        shared.cursors[i].forgetAhead(cells);
        standIn[i] = sealed;
      }
    }
  }

  /** Takes the chunk that was the open one among the sealed, which stay in memory as they may. */
  void holdSealed() {
    countHeld();
    letGoOfTooMany();
  }

  /** Takes the oldest chunks out of memory while there are more than may be. */
  void letGoOfTooMany() {
    while (!isOpen(oldestHeld.id()) && isHoldingTooMany()) {
      letGoOfOldest();
    }
  }

  /** Takes the oldest chunk out of memory; cursors in it copy what comes next. */
  void letGoOfOldest() {
    LogChunk first = partWithOldest();
    for (int i = 0; i < standIn.length; i++) {
      if (standIn[i] == first) {
        standIn[i] = null;
        LogCursor cursor = shared.cursors[i];
        if (cursor.offset(cells) < first.size()) {
          cursor.copyFrom(cells, roomForCopies(), first);
        } else {
          cursor.forgetAhead(cells);
        }
      }
    }
  }

  @Override
  void entriesMoved() {
    for (LogCursor cursor : shared.cursors) {
      cursor.forgetPlace(cells);
    }
  }

  /** What cursors have copied of chunks that are not in memory. */
  long[] copies() {
    return copies;
  }

  /** Gives back the room for copies where no cursor needs any. */
  void dropUnusedCopies() {
    if (!resident || copies.length == 0) {
      return;
    }
    for (LogCursor cursor : shared.cursors) {
      if (cursor.readsCopies(cells)) {
        return;
      }
    }
    dropCopies();
  }
}
