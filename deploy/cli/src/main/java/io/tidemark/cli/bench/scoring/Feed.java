package io.tidemark.cli.bench.scoring;

import io.tidemark.jobs.event.Score;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job: what its source hands out, and what comes out of its sink. Found through {@link
 * #current}, as sources and sinks are shipped as bytes.
 *
 * <p>Source and sink of a run are in one thread.
 */
final class Feed {
  private static final int LARGEST_MICROS = 60_000_000;
  private static final int DIGITS = 3;
  private static final long LEAST_SLEEP_NANOS = 20_000;

  private static volatile @Nullable Feed current;

  private final Vectors vectors;
  private final long records;
  private final long warmUp;
  private final double perSecond;
  private final Histogram latencies = new Histogram(1, LARGEST_MICROS, DIGITS);
  private long startNanos;
  private long answered;
  private long beginNanos;
  private long beginCpuNanos;
  private long endNanos;
  private long endCpuNanos;
  private long degraded;
  private double sum;

  private Feed(Vectors vectors, long records, long warmUp, double perSecond) {
    this.vectors = vectors;
    this.records = records;
    this.warmUp = warmUp;
    this.perSecond = perSecond;
  }

  /**
   * As fast as the job takes them; the first third is not measured, in which the compiler may still
   * be at what it took to submit the job.
   */
  static Feed full(Vectors vectors, long records) {
    return new Feed(vectors, records, records / 3, 0);
  }

  /** On a schedule that nothing holds up; the first fifth is not measured. */
  static Feed onSchedule(Vectors vectors, double perSecond, double seconds) {
    long records = (long) (perSecond * seconds);
    return new Feed(vectors, records, records / 5, perSecond);
  }

  static void mount(@Nullable Feed feed) {
    current = feed;
  }

  static Feed current() {
    Feed mounted = current;
    if (mounted == null) {
      throw new IllegalStateException("Nobody measures");
    }
    return mounted;
  }

  Vectors vectors() {
    return vectors;
  }

  long records() {
    return records;
  }

  void start() {
    startNanos = System.nanoTime();
  }

  /** How many records are due by now. */
  long due() {
    if (perSecond == 0) {
      return records;
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return Math.min(records, (long) (seconds * perSecond) + 1);
  }

  private long dueNanos(long record) {
    return startNanos + (long) (record / perSecond * 1e9);
  }

  /** Returns when the record is due. */
  void awaitDue(long record) {
    long leftNanos = dueNanos(record) - System.nanoTime();
    if (leftNanos > 0) {
      LockSupport.parkNanos(Math.max(leftNanos, LEAST_SLEEP_NANOS));
    }
  }

  /** The next answer came out, in order or not. */
  void answered(Score score) {
    if (answered == warmUp) {
      beginCpuNanos = ProcessorTime.nanos();
      beginNanos = System.nanoTime();
    }
    if (perSecond > 0 && answered >= warmUp) {
      long micros = (System.nanoTime() - dueNanos(answered)) / 1_000;
      latencies.recordValue(Math.max(0, Math.min(LARGEST_MICROS, micros)));
    }
    if (score.outcome().isDegraded()) {
      degraded++;
    }
    sum += score.value();
    answered++;
    if (answered == records) {
      endNanos = System.nanoTime();
      endCpuNanos = ProcessorTime.nanos();
    }
  }

  /**
   * @throws IllegalStateException if not every record was answered
   */
  Load load() {
    if (answered != records) {
      throw new IllegalStateException(answered + " answers to " + records + " records");
    }
    return new Load(records - warmUp, endNanos - beginNanos, endCpuNanos - beginCpuNanos);
  }

  /** In microseconds, from when a record was due. */
  Histogram latencies() {
    return latencies;
  }

  /** How many got the fallback in the model's place. */
  long degraded() {
    return degraded;
  }

  /** Mean of all scores. */
  double mean() {
    return sum / records;
  }
}
