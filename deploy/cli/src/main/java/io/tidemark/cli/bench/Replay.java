package io.tidemark.cli.bench;

import io.tidemark.jobs.event.Event;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of this JVM replay, one lane per reader. Flink ships sources as bytes, which is
 * no way for a million events, so the one replay of a run is found through {@link #current}.
 *
 * <p>The readers keep within a few hours of each other, as partitions of a topic would: else one of
 * them could race to its end, and what waits for the watermark would be the whole tape. Safe for
 * use by the readers' threads.
 */
final class Replay {
  private static final long LEAD_MILLIS = 12 * 3_600_000L;
  private static final long PAUSE_NANOS = 200_000;

  /** One position per cache line. */
  private static final int STRIDE = 16;

  private static volatile @Nullable Replay current;

  private final Event[][] lanes;
  private final AtomicLongArray positions;

  Replay(Event[][] lanes, long firstMillis) {
    this.lanes = lanes;
    this.positions = new AtomicLongArray(lanes.length * STRIDE);
    for (int lane = 0; lane < lanes.length; lane++) {
      positions.set(lane * STRIDE, firstMillis);
    }
  }

  static void mount(@Nullable Replay replay) {
    current = replay;
  }

  static Replay current() {
    Replay mounted = current;
    if (mounted == null) {
      throw new IllegalStateException("Nothing is mounted to be replayed");
    }
    return mounted;
  }

  Event[] lane(int lane) {
    return lanes[lane];
  }

  /**
   * Says how far a reader is and whether it may go on; where not, because others are far behind it,
   * it has paused for a moment. It must come back then and not wait itself: while a reader keeps
   * its task thread no checkpoint passes it, and those that it waits for may wait for the
   * checkpoint.
   */
  boolean advance(int lane, long timeMillis) {
    positions.setRelease(lane * STRIDE, timeMillis);
    if (slowestMillis() >= timeMillis - LEAD_MILLIS) {
      return true;
    }
    LockSupport.parkNanos(PAUSE_NANOS);
    return false;
  }

  void finish(int lane) {
    positions.setRelease(lane * STRIDE, Long.MAX_VALUE);
  }

  private long slowestMillis() {
    long slowest = Long.MAX_VALUE;
    for (int lane = 0; lane < lanes.length; lane++) {
      slowest = Math.min(slowest, positions.getAcquire(lane * STRIDE));
    }
    return slowest;
  }
}
