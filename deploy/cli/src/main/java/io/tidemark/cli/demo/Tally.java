package io.tidemark.cli.demo;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What was sent, what came back, and how long that took. Memory is bounded: only so many payments
 * may be on their way at a time.
 *
 * <p>Thread-safe: one thread sends, one receives, one reads.
 */
final class Tally {
  /** Enough to keep the job busy, few enough not to measure a queue of seconds. */
  private static final int MOST_UNDER_WAY = 1 << 14;

  private static final int SIGNIFICANT_DIGITS = 3;

  /** Until then classes are loaded and compiled. */
  private static final long COLD_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * A payment on its way.
   *
   * @param nanos when it was to be sent, by {@link System#nanoTime}
   */
  private record Sent(long nanos, boolean fraud) {}

  private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
  private final Map<String, Sent> underWay = new ConcurrentHashMap<>();
  private final Recorder recent = new Recorder(SIGNIFICANT_DIGITS);
  private final LongAdder sent = new LongAdder();
  private final LongAdder frauds = new LongAdder();
  private final LongAdder scores = new LongAdder();
  private final LongAdder degraded = new LongAdder();
  private final LongAdder flagged = new LongAdder();
  private final LongAdder caught = new LongAdder();
  private final double threshold;
  private volatile long firstSentNanos;
  private volatile long lastScoreNanos;

  // Of the thread that reads.
  private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
  private final Histogram warmLatencies = new Histogram(SIGNIFICANT_DIGITS);
  private long takenNanos = System.nanoTime();

  Tally(double threshold) {
    this.threshold = threshold;
  }

  /** Whether one more payment may be sent; waits for that a while. */
  boolean awaitRoom(long timeoutNanos) throws InterruptedException {
    return room.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS);
  }

  /** Counts a payment that there was {@linkplain #awaitRoom room} for; call it before sending. */
  void sent(String id, long intendedNanos, boolean fraud) {
    if (sent() == 0) {
      firstSentNanos = intendedNanos;
      lastScoreNanos = intendedNanos;
    }
    underWay.put(id, new Sent(intendedNanos, fraud));
    sent.increment();
    if (fraud) {
      frauds.increment();
    }
  }

  /**
   * Counts a score; the second one of a payment does not count.
   *
   * @param score NaN where the job gave none
   */
  void scored(String id, double score, boolean fallback, long receivedNanos) {
    Sent payment = underWay.remove(id);
    if (payment == null) {
      return;
    }
    recent.recordValue(Math.max(0, receivedNanos - payment.nanos));
    if (fallback) {
      degraded.increment();
    }
    if (score >= threshold) {
      flagged.increment();
      if (payment.fraud) {
        caught.increment();
      }
    }
    lastScoreNanos = receivedNanos;
    scores.increment();
    room.release();
  }

  /** Latencies in nanoseconds since the last call; for the thread that reads. */
  Histogram takeLatencies() {
    boolean isWarm = takenNanos - firstSentNanos >= COLD_NANOS;
    Histogram taken = recent.getIntervalHistogram();
    takenNanos = System.nanoTime();
    latencies.add(taken);
    if (isWarm) {
      warmLatencies.add(taken);
    }
    return taken;
  }

  /** All that were taken. */
  Histogram latencies() {
    return latencies;
  }

  /** Those that were taken from a while after the start on. */
  Histogram warmLatencies() {
    return warmLatencies;
  }

  long sent() {
    return sent.sum();
  }

  long frauds() {
    return frauds.sum();
  }

  long scores() {
    return scores.sum();
  }

  long degraded() {
    return degraded.sum();
  }

  long flagged() {
    return flagged.sum();
  }

  long caught() {
    return caught.sum();
  }

  /** From the first payment to the last score. */
  long nanos() {
    return lastScoreNanos - firstSentNanos;
  }
}
