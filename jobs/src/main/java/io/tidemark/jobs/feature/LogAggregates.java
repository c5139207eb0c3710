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
    for (int i = 0; i < parts.length; i++) {
      WindowParts window = parts[i];
      if (window != null) {
        window.begin(log.cursor(shared.tails[i]));
      }
    }
  }

  /** Lets go of what is in memory; what is stored stays. */
  void release() {
    tree.release();
  }

  /** Adds an entry that a cursor is about to pass to a window that it enters with that. */
  void enter(int window, LogCursor head) {
    WindowParts entered = parts[window];
    if (entered != null) {
      entered.enter(head.chunk(), head.leaf(), head.offset(), head.ahead(), head.aheadIndex());
    }
  }

  /** Adds the newest entry to a window that it enters at once. */
  void enter(int window, LogChunk open, int index) {
    WindowParts entered = parts[window];
    if (entered != null) {
      entered.enter(open.id(), open.leaf(), index, open, index);
    }
  }

  /** Follows a cursor that has moved with the windows that end there. */
  void follow(int cursor) throws Exception {
    if (used) {
      for (int i : shared.leaving[cursor]) {
        WindowParts window = parts[i];
        if (window != null && !window.isSeated(log.cursor(cursor))) {
          boolean inNewLeaf = log.cursor(cursor).leaf() != window.tailLeaf();
          seat(i, window, inNewLeaf);
        }
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
      if (window == null) {
        continue;
      }
      LogCursor head = headCursor(i);
      LogChunk first = log.open();
      if (head == null) {
        window.headIn(log.open().leaf());
      } else {
        log.lookAhead(head);
        window.headIn(head.leaf());
        first = log.beginOfLeaf(head.chunk());
      }
      addLeaf(first, 0, i, window, window.front());
      seat(i, window, true);
    }
  }

  /**
   * Computes what depends on where the window's tail is.
   *
   * @param inNewLeaf whether what lies between its leaf and the head's has changed, too
   */
  private void seat(int index, WindowParts window, boolean inNewLeaf) throws Exception {
    LogCursor tail = log.cursor(shared.tails[index]);
    log.lookAhead(tail);
    window.sit(tail);
    LogChunk followed = tail.followed();
    LogChunk first = followed == null ? log.find(tail.chunk()) : followed;
    addLeaf(first, window.blockEnd(), index, window, window.rest());
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
        window.add(part, chunk, i);
      }
      if (chunk.id() == head || !chunk.leafGoesOn()) {
        return;
      }
      first = 0;
      LogChunk newer = chunk.newer();
      chunk = newer == null ? log.find(chunk.next()) : newer;
    }
  }

  private @Nullable LogCursor headCursor(int window) {
    int head = shared.heads[window];
    return head < 0 ? null : log.cursor(head);
  }

  private long headChunk(int window) {
    LogCursor head = headCursor(window);
    return head == null ? log.open().id() : head.chunk();
  }

  private int headOffset(int window) {
    LogCursor head = headCursor(window);
    return head == null ? log.open().size() : head.offset();
  }

  /** Merges the answer of a window, if it is merged from parts. */
  void answer(int window) throws Exception {
    WindowParts merged = parts[window];
    if (merged != null) {
      LogCursor tail = log.cursor(shared.tails[window]);
      log.lookAhead(tail);
      int end = headChunk(window) == tail.chunk() ? headOffset(window) : Integer.MAX_VALUE;
      merged.merge(tail, end, shared.mergeTargets[window]);
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
