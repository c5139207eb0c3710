package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import java.io.IOException;

/**
 * The aggregates of one window that cannot give back what they took, as parts that are merged for
 * an answer. From the oldest entry on:
 *
 * <ol>
 *   <li>some entries at the window's tail, which stand in the log and leave one by one,
 *   <li>{@code rest}: the aggregate of the others of the tail's leaf,
 *   <li>{@code between}: that of all leaves between the tail's and the head's,
 *   <li>{@code front}: that of the entries in the head's leaf.
 * </ol>
 *
 * <p>An entry that comes is added to the last part. When the tail has left its few entries, the
 * rest of its leaf is aggregated anew, and in a new leaf the leaves between: hence the cost of an
 * entry does not depend on the window's size, but for the depth of the {@link AggregateTree}.
 *
 * <p>Mutable and not thread-safe.
 */
final class WindowParts {
  private final ColumnAggregate[] aggregates;
  private final boolean[] commutative;
  private final Mergeable[] rest;
  private final Mergeable[] between;
  private final Mergeable[] front;
  private long tailChunk;
  private long tailLeaf;
  private int blockEnd;
  private long headLeaf;

  WindowParts(ColumnAggregate... aggregates) {
    this.aggregates = aggregates;
    this.commutative = new boolean[aggregates.length];
    this.rest = new Mergeable[aggregates.length];
    this.between = new Mergeable[aggregates.length];
    this.front = new Mergeable[aggregates.length];
    for (int i = 0; i < aggregates.length; i++) {
      commutative[i] = aggregates[i].spec().traits().commutative();
      rest[i] = aggregates[i].spec().newAccumulator();
      between[i] = aggregates[i].spec().newAccumulator();
      front[i] = aggregates[i].spec().newAccumulator();
    }
  }

  /** Starts in an empty log. */
  void begin(LogCursor tail) {
    headLeaf = 0;
    clear(between);
    clear(front);
    sit(tail);
  }

  Mergeable[] rest() {
    return rest;
  }

  Mergeable[] between() {
    return between;
  }

  Mergeable[] front() {
    return front;
  }

  long tailLeaf() {
    return tailLeaf;
  }

  long headLeaf() {
    return headLeaf;
  }

  /** Whether the parts are those of where the tail is. */
  boolean isSeated(LogCursor tail) {
    return tail.chunk() == tailChunk && tail.offset() < blockEnd;
  }

  /** Takes the tail where it is now; {@link #rest} is empty then. */
  void sit(LogCursor tail) {
    tailChunk = tail.chunk();
    tailLeaf = tail.leaf();
    blockEnd = tail.blockEnd();
    clear(rest);
  }

  int blockEnd() {
    return blockEnd;
  }

  /** Starts the head's part anew in a leaf; {@link #front} is empty then. */
  void headIn(long leaf) {
    headLeaf = leaf;
    clear(front);
  }

  /** Makes the tail's leaf the head's, too, so that only {@link #rest} holds something. */
  void shareLeaf() {
    headIn(tailLeaf);
    clear(between);
  }

  void clearBetween() {
    clear(between);
  }

  /**
   * Takes in an entry that comes into the window at its head.
   *
   * @param id of the entry's chunk
   * @param offset in that
   * @param read what the entry is read off
   */
  void enter(long id, long leaf, int offset, LogChunk read, int index) {
    if (leaf == tailLeaf) {
      if (id != tailChunk || offset >= blockEnd) {
        add(rest, read, index);
      }
      return;
    }
    if (leaf != headLeaf) {
      for (int i = 0; i < between.length; i++) {
        between[i].merge(front[i]);
      }
      headIn(leaf);
    }
    add(front, read, index);
  }

  void add(Mergeable[] part, LogChunk read, int index) {
    for (int i = 0; i < part.length; i++) {
      part[i].add(aggregates[i].value(read, index), read.time(index));
    }
  }

  /**
   * Answers with the merged state of all parts.
   *
   * @param end offset in the tail's chunk where the window's head is, if it is in that
   */
  void merge(LogCursor tail, int end, Mergeable[] target) {
    boolean inBlock = tail.chunk() == tailChunk;
    int count = inBlock ? Math.min(blockEnd, end) - tail.offset() : 0;
    for (int i = 0; i < target.length; i++) {
      Mergeable merged = target[i];
      if (commutative[i]) {
        merged.copyFrom(between[i]);
        addBlock(i, tail, count, merged);
        merged.merge(rest[i]);
      } else {
        merged.clear();
        addBlock(i, tail, count, merged);
        merged.merge(rest[i]);
        merged.merge(between[i]);
      }
      merged.merge(front[i]);
    }
  }

  private void addBlock(int aggregate, LogCursor tail, int count, Mergeable target) {
    LogChunk ahead = tail.ahead();
    int first = tail.aheadIndex();
    int end = Math.min(first + count, ahead.size());
    for (int i = first; i < end; i++) {
      target.add(aggregates[aggregate].value(ahead, i), ahead.time(i));
    }
  }

  private static void clear(Mergeable[] part) {
    for (Mergeable accumulator : part) {
      accumulator.clear();
    }
  }

  void write(ByteWriter out) throws IOException {
    out.writeUnsigned(tailChunk);
    out.writeUnsigned(tailLeaf);
    out.writeUnsigned(blockEnd);
    out.writeUnsigned(headLeaf);
    for (int i = 0; i < aggregates.length; i++) {
      rest[i].write(out.asDataOutput());
      between[i].write(out.asDataOutput());
      front[i].write(out.asDataOutput());
    }
  }

  void read(ByteReader in) throws IOException {
    tailChunk = in.readUnsigned();
    tailLeaf = in.readUnsigned();
    blockEnd = in.readCount();
    headLeaf = in.readUnsigned();
    for (int i = 0; i < aggregates.length; i++) {
      rest[i].read(in.asDataInput());
      between[i].read(in.asDataInput());
      front[i].read(in.asDataInput());
    }
  }
}
