package io.tidemark.jobs.feature;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a key's state lacks after it was turned into a layout that asks for more than the one before
 * held: per column, per part of a window that only grows, and per part of one in tiles, up to which
 * time. Most logs have no gaps, and then this takes next to nothing.
 *
 * <p>Positions are those of {@link LogLayout#gapOf}. Mutable and not thread-safe.
 */
final class LogGaps {
  static final int NONE = -1;

  /** Nothing is lacking. */
  static final long NEVER = Long.MIN_VALUE;

  private final int columns;
  private final int growing;
  private final int positions;
  private long @Nullable [] upTo;

  LogGaps(LogLayout layout) {
    this(layout.columns(), layout.growingPositions(), layout.gapPositions());
  }

  private LogGaps(int columns, int growing, int positions) {
    this.columns = columns;
    this.growing = growing;
    this.positions = positions;
  }

  LogGaps copy() {
    LogGaps copied = new LogGaps(columns, growing, positions);
    copied.upTo = upTo == null ? null : upTo.clone();
    return copied;
  }

  /** Up to which time values are lacking; {@link #NEVER} where they are not. */
  long upToMillis(int position) {
    return upTo == null || position == NONE ? NEVER : upTo[position];
  }

  boolean isEmpty() {
    return upTo == null;
  }

  /** Notes that values up to a time are lacking. */
  void note(int position, long upToMillis) {
    if (upToMillis == NEVER) {
      return;
    }
    if (upTo == null) {
      upTo = new long[positions];
      Arrays.fill(upTo, NEVER);
    }
    upTo[position] = Math.max(upTo[position], upToMillis);
  }

  /** Notes of every part of every window that only grows that it lacks values up to a time. */
  void noteGrowing(long upToMillis) {
    for (int i = columns; i < growing; i++) {
      note(i, upToMillis);
    }
  }

  /**
   * @param droppedUpToMillis what columns lack up to then is lost with the events
   * @param passedMillis what tiles lack up to then nobody asks for any more
   */
  void write(long droppedUpToMillis, long passedMillis, ByteWriter out) {
    if (upTo == null) {
      out.writeUnsigned(0);
      return;
    }
    int count = 0;
    for (int i = 0; i < positions; i++) {
      count += isOpen(i, droppedUpToMillis, passedMillis) ? 1 : 0;
    }
    out.writeUnsigned(count);
    for (int i = 0; i < positions; i++) {
      if (isOpen(i, droppedUpToMillis, passedMillis)) {
        out.writeUnsigned(i);
        out.writeLong(upToMillis(i));
      }
    }
  }

  private boolean isOpen(int position, long droppedUpToMillis, long passedMillis) {
    return upToMillis(position)
        > (position < columns ? droppedUpToMillis : position < growing ? NEVER : passedMillis);
  }

  /**
   * Of one that is empty.
   *
   * @param count which was read already
   */
  void read(ByteReader in, int count) {
    for (int rest = count; rest > 0; rest--) {
      note(in.readCount(), in.readLong());
    }
  }
}
