package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a log keeps for aggregates that cannot give back what they took: the {@link AggregateTree}
 * of its sealed chunks, and the {@link WindowParts} of each window. Not thread-safe.
 */
final class LogAggregates {
  private final KeyLog log;
  private final LogWorkspace shared;
  private final AggregateTree tree;
  private final @Nullable WindowParts[] parts;
  private final boolean used;

  LogAggregates(KeyLog log, LogWorkspace shared, boolean resident) {
    this.log = log;
    this.shared = shared;
    this.tree = new AggregateTree(shared, resident);
    this.parts = shared.newParts();
    this.used = !shared.treeAggregates.isEmpty();
  }

  void begin() {
    for (WindowParts window : parts) {
      if (window != null) {
        window.begin();
      }
    }
  }

  /** Lets go of what is in memory; what is stored stays. */
  void release() {
    tree.release();
  }

  /**
   * Adds an entry that a cursor is about to pass to a window that it enters with that.
   *
   * @param offset of the entry in the cursor's chunk
   * @param entries where the entry stands
   */
  void enter(int window, LogCursor head, int offset, long[] entries, int at) {
    WindowParts entered = parts[window];
    if (entered != null) {
      long[] cells = log.cells();
      entered.enter(head.chunk(cells), head.leaf(cells), offset, entries, at);
    }
  }

  /** Adds the newest entry to a window that it enters at once. */
  void enter(int window, LogChunk open, int index) {
    WindowParts entered = parts[window];
    if (entered != null) {
      entered.enter(open.id(), open.leaf(), index, open.cells(), open.at(index));
    }
  }

  /** Follows a cursor that has moved with the windows that end there. */
  void follow(int position) throws Exception {
    LogCursor cursor = shared.cursors[position];
    for (int i : shared.leaving[position]) {
      WindowParts window = parts[i];
      long[] cells = log.cells();
      if (window != null && !window.isSeated(cursor.chunk(cells), cursor.offset(cells))) {
        boolean inNewLeaf = cursor.leaf(cells) != window.tailLeaf();
        seat(i, window, inNewLeaf);
      }
    }
  }

  /** Takes in a chunk that was just sealed. */
  void sealed(LogChunk chunk) throws Exception {
    if (used) {
      tree.append(chunk);
    }
  }

  /** Forgets a chunk that is dropped. */
  void dropped(LogChunk chunk) throws Exception {
    if (used && !chunk.leafGoesOn()) {
      tree.drop(chunk.leaf());
    }
  }

  /** Takes in an entry that came into a sealed chunk. */
  void insertedInto(LogChunk sealed, int index) throws Exception {
    if (used) {
      tree.insert(sealed, index, log.open().leaf());
    }
  }

  /** Computes the parts of all windows anew, after an entry has come behind the head. */
  void seatAll() throws Exception {
    for (int i = 0; i < parts.length; i++) {
      WindowParts window = parts[i];
      if (window == null || (log.isTiled() && shared.tiles.serve(i))) {
        continue;
      }
      int head = shared.heads[i];
      LogChunk first = log.open();
      if (head == LogWorkspace.NO_CURSOR) {
        window.headIn(log.open().leaf());
      } else {
        log.lookAhead(head);
        window.headIn(shared.cursors[head].leaf(log.cells()));
        first = log.beginOfLeaf(shared.cursors[head].chunk(log.cells()));
      }
      addLeaf(first, 0, i, window, window.front());
      seat(i, window, true);
    }
  }

  /** Takes over what was just computed from tiles, the newest entry included. */
  void copyScanned(int index) {
    WindowParts window = parts[index];
    if (window != null) {
      window.sitNowhere();
      for (int i = 0; i < window.between().length; i++) {
        window.between()[i].copyFrom(scannedPart(index, i));
      }
    }
  }

  private Mergeable scannedPart(int window, int part) {
    return shared
        .scan
        .window(window)
        .accumulator(shared.scan.state(), shared.mergedPositions[window][part]);
  }

  /**
   * Computes what depends on where the window's tail is.
   *
   * @param inNewLeaf whether what lies between its leaf and the head's has changed, too
   */
  private void seat(int index, WindowParts window, boolean inNewLeaf) throws Exception {
    int cursor = shared.tails[index];
    LogCursor tail = shared.cursors[cursor];
    log.lookAhead(cursor);
    long[] cells = log.cells();
    LogChunk held = log.held(cursor);
    int offset = tail.offset(cells);
    int blockEnd =
        held == null ? offset + tail.countAhead(cells, log.copies()) : LogCursor.blockEnd(offset);
    window.sit(tail.chunk(cells), tail.leaf(cells), blockEnd);
    LogChunk first = held == null ? log.find(tail.chunk(cells)) : held;
    addLeaf(first, blockEnd, index, window, window.rest());
    if (window.tailLeaf() >= window.headLeaf()) {
      window.shareLeaf();
    } else if (inNewLeaf) {
      window.clearBetween();
      tree.merge(
          window.tailLeaf() + 1, window.headLeaf(), shared.treePositions[index], window.between());
    }
  }

  /** Adds the entries of a leaf from one on, but none that is not yet in the window. */
  private void addLeaf(LogChunk from, int offset, int index, WindowParts window, Mergeable[] part)
      throws Exception {
    long head = headChunk(index);
    LogChunk chunk = from;
    int first = offset;
    while (true) {
      int end = chunk.id() == head ? headOffset(index) : chunk.size();
      for (int i = first; i < end; i++) {
        window.add(part, chunk.cells(), chunk.at(i));
      }
      if (chunk.id() == head || !chunk.leafGoesOn()) {
        return;
      }
      first = 0;
      LogChunk newer = chunk.newer();
      chunk = newer == null ? log.find(chunk.next()) : newer;
    }
  }

  private long headChunk(int window) {
    int head = shared.heads[window];
    return head == LogWorkspace.NO_CURSOR
        ? log.open().id()
        : shared.cursors[head].chunk(log.cells());
  }

  private int headOffset(int window) {
    int head = shared.heads[window];
    return head == LogWorkspace.NO_CURSOR
        ? log.open().size()
        : shared.cursors[head].offset(log.cells());
  }

  /** Merges the answer of a window, if it is merged from parts. */
  void answer(int window) throws Exception {
    WindowParts merged = parts[window];
    if (merged == null) {
      return;
    }
    int cursor = shared.tails[window];
    LogCursor tail = shared.cursors[cursor];
    log.lookAhead(cursor);
    long[] cells = log.cells();
    int offset = tail.offset(cells);
    int end = headChunk(window) == tail.chunk(cells) ? headOffset(window) : Integer.MAX_VALUE;
    int wanted = merged.countOf(tail.chunk(cells), offset, end);
    LogChunk held = log.held(cursor);
    Mergeable[] target = shared.mergeTargets[window];
    if (held == null) {
      int count = Math.min(wanted, tail.countAhead(cells, log.copies()));
      merged.merge(log.copies(), tail.copyAhead(cells), tail.stride(), count, target);
    } else {
      int count = Math.min(wanted, held.size() - offset);
      merged.merge(held.cells(), held.at(offset), held.stride(), count, target);
    }
  }

  void write(ByteWriter out) throws IOException {
    for (WindowParts window : parts) {
      if (window != null) {
        window.write(out);
      }
    }
  }

  void read(ByteReader in) throws IOException {
    for (WindowParts window : parts) {
      if (window != null) {
        window.read(in);
      }
    }
  }
}
