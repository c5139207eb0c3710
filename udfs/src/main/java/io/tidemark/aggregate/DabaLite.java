package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * The merged state of a queue of partial states, for aggregates that cannot give back what they
 * took: a window drops its oldest part, takes a new one and answers, each with a number of merges
 * that does not depend on its length.
 *
 * <p><b>How it works.</b> A queue out of two stacks keeps, in its front part, the aggregate from
 * each entry to that part's end, and of its back part only the total; an answer merges two states.
 * When the front part is used up, the back part must become suffix aggregates. DABA does not wait
 * for that moment: as soon as both parts are equally long it takes the whole queue for the new
 * front part, and with every insertion and eviction turns one entry from its far end (marker {@code
 * a}, walking left) and finishes one of the former front part (marker {@code l}, walking right).
 * Sizes are such that both are done in time. From the front on, the entries are:
 *
 * <pre>
 *   [front, left)   aggregate of the entry up to back
 *   [left, right)   aggregate of the entry up to right; {@code middle} is that from right to back
 *   [right, accu)   the part itself
 *   [accu, back)    aggregate of the entry up to back
 *   [back, end)     the part itself; {@code tail} is that from back to end
 * </pre>
 *
 * <p>Cost: an insertion takes at most 3 merges, an eviction at most 2, a query 1. Memory: one state
 * per part and three more. Merging needs to be associative, nothing else; parts come in their
 * order. Slots are reused; where the queue outgrows its ring, references are moved, not states.
 *
 * <p>Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1007/s00778-021-00668-3">K. Tangwongsan, M. Hirzel, S.
 *     Schneider, In-Order Sliding-Window Aggregation in Worst-Case Constant Time, The VLDB Journal
 *     30 (2021)</a>
 */
public final class DabaLite {
  private static final int FIRST_CAPACITY = 8;

  private final Supplier<? extends Mergeable> newState;
  private Mergeable[] slots = new Mergeable[FIRST_CAPACITY];
  private Mergeable middle;
  private Mergeable tail;

  // Positions only grow; a position's slot is its remainder by the number of slots.
  private long front;
  private long left;
  private long right;
  private long accu;
  private long back;
  private long end;

  /**
   * @param newState makes empty states, all of the same aggregate and parameters
   */
  public DabaLite(Supplier<? extends Mergeable> newState) {
    this.newState = newState;
    this.middle = newState.get();
    this.tail = newState.get();
    fill(0);
  }

  /** Number of parts. */
  public int size() {
    return (int) (end - front);
  }

  /**
   * Appends a part.
   *
   * @param part is copied, and may be used again
   */
  public void insert(Mergeable part) {
    if (size() == slots.length) {
      grow();
    }
    slot(end).copyFrom(part);
    tail.merge(part);
    end++;
    balance();
  }

  /** Drops the oldest part. */
  public void evict() {
    if (front == end) {
      throw new NoSuchElementException("There is no part to evict");
    }
    front++;
    balance();
  }

  /** Replaces {@code target} by the merged state of all parts, in their order. */
  public void query(Mergeable target) {
    if (front == back) {
      target.copyFrom(tail);
    } else {
      target.copyFrom(slot(front));
      target.merge(tail);
    }
  }

  public void clear() {
    front = end;
    back = end;
    balance();
  }

  private void balance() {
    if (front == back) {
      // None or one entry, which is its own suffix.
      left = end;
      right = end;
      accu = end;
      back = end;
      middle.clear();
      tail.clear();
      return;
    }
    if (left == back) {
      left = front;
      accu = end;
      back = end;
      Mergeable reused = middle;
      middle = tail;
      tail = reused;
      tail.clear();
    }
    if (left == right) {
      left++;
      right++;
      accu++;
    } else {
      slot(left).merge(middle);
      left++;
      if (accu < back) {
        slot(accu - 1).merge(slot(accu));
      }
      accu--;
    }
  }

  private Mergeable slot(long position) {
    return slots[(int) position & (slots.length - 1)];
  }

  private void grow() {
    Mergeable[] old = slots;
    int first = (int) front & (old.length - 1);
    slots = Arrays.copyOf(old, old.length * 2);
    for (int i = 0; i < old.length; i++) {
      slots[i] = old[(first + i) & (old.length - 1)];
    }
    fill(old.length);
    moveTo(0);
  }

  private void fill(int from) {
    for (int i = from; i < slots.length; i++) {
      slots[i] = newState.get();
    }
  }

  private void moveTo(long newFront) {
    long shift = newFront - front;
    front += shift;
    left += shift;
    right += shift;
    accu += shift;
    back += shift;
    end += shift;
  }

  /** Writes the queue, so that a restored one goes on with the same merges. */
  void write(DataOutput out) throws IOException {
    StateFormat.writeUnsigned(out, size());
    StateFormat.writeUnsigned(out, left - front);
    StateFormat.writeUnsigned(out, right - front);
    StateFormat.writeUnsigned(out, accu - front);
    StateFormat.writeUnsigned(out, back - front);
    middle.write(out);
    tail.write(out);
    for (long i = front; i < end; i++) {
      slot(i).write(out);
    }
  }

  void read(DataInput in) throws IOException {
    int size = StateFormat.readSize(in, 1 << 30);
    front = 0;
    left = StateFormat.readUnsigned(in);
    right = StateFormat.readUnsigned(in);
    accu = StateFormat.readUnsigned(in);
    back = StateFormat.readUnsigned(in);
    end = size;
    middle.read(in);
    tail.read(in);
    int kept = slots.length;
    if (size > kept) {
      slots = Arrays.copyOf(slots, Integer.highestOneBit(size - 1) * 2);
      fill(kept);
    }
    for (int i = 0; i < size; i++) {
      slots[i].read(in);
    }
  }
}
