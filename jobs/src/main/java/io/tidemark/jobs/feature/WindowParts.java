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
  private static final long NO_LEAF = Long.MAX_VALUE;

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
  void begin() {
    headIn(0);
    clear(between);
    sit(0, 0, LogCursor.blockEnd(0));
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

  /** Whether the parts are those of a tail there. */
  boolean isSeated(long chunk, int offset) {
    return chunk == tailChunk && offset < blockEnd;
  }

  /**
   * Takes the tail where it is now; {@link #rest} is empty then.
   *
   * @param end of the few entries that leave one by one, as an offset
   */
  void sit(long chunk, long leaf, int end) {
    tailChunk = chunk;
    tailLeaf = leaf;
    blockEnd = end;
    clear(rest);
  }

  /** Makes {@link #between} all there is but for what comes; it has no tail, but is empty then. */
  void sitNowhere() {
    sit(0, NO_LEAF, 0);
    headIn(NO_LEAF);
    clear(between);
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
   */
  void enter(long id, long leaf, int offset, long[] entry, int at) {
    if (leaf == tailLeaf) {
      if (id != tailChunk || offset >= blockEnd) {
        add(rest, entry, at);
      }
      return;
    }
    if (leaf != headLeaf) {
      for (int i = 0; i < between.length; i++) {
        between[i].merge(front[i]);
      }
      headIn(leaf);
    }
    add(front, entry, at);
  }

  void add(Mergeable[] part, long[] entry, int at) {
    for (int i = 0; i < part.length; i++) {
      part[i].add(aggregates[i].value(entry, at), entry[at]);
    }
  }

  /**
   * How many entries leave one by one before the tail is seated anew.
   *
   * @param end offset in the tail's chunk where the window's head is, if it is in that
   */
  int countOf(long chunk, int offset, int end) {
    return chunk == tailChunk ? Math.max(0, Math.min(blockEnd, end) - offset) : 0;
  }

  /**
   * Answers with the merged state of all parts.
   *
   * @param entries where those that leave one by one stand
   * @param first the place of the first of them
   * @param stride from one place to the next
   * @param count how many there are
   */
  void merge(long[] entries, int first, int stride, int count, Mergeable[] target) {
    for (int i = 0; i < target.length; i++) {
      Mergeable merged = target[i];
      if (commutative[i]) {
        merged.copyFrom(between[i]);
        addBlock(i, entries, first, stride, count, merged);
        merged.merge(rest[i]);
      } else {
        merged.clear();
        addBlock(i, entries, first, stride, count, merged);
        merged.merge(rest[i]);
        merged.merge(between[i]);
      }
      merged.merge(front[i]);
    }
  }

  private void addBlock(
      int aggregate, long[] entries, int first, int stride, int count, Mergeable target) {
    for (int i = 0, at = first; i < count; i++, at += stride) {
      target.add(aggregates[aggregate].value(entries, at), entries[at]);
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
