package io.tidemark.cli.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Watches the answers of one run where they come out: takes the time and the CPU time when the
 * first subtask reaches the measured part, and when the last one has seen its last answer, so that
 * neither the start of a cluster nor the filling of state is measured. Found through {@link
 * #current}, as sinks are shipped as bytes. Safe for use by the sinks' threads.
 */
final class Probe {

  /** One count per cache line. */
  private static final int STRIDE = 16;

  private static volatile @Nullable Probe current;

  private final long fromMillis;
  private final long untilMillis;
  private final AtomicLongArray answered;
  private Answers total = new Answers(0, 0, 0);
  private boolean begun;
  private boolean ended;
  private long answeredBefore;
  private long beginNanos;
  private long beginCpuNanos;
  private long endNanos;
  private long endCpuNanos;
  private long flushNanos;

  /**
   * @param fromMillis event time of the answers from which on is measured
   * @param untilMillis the first answer behind it ends the measured part, if there is one
   */
  Probe(long fromMillis, long untilMillis, int subtasks) {
    this.fromMillis = fromMillis;
    this.untilMillis = untilMillis;
    this.answered = new AtomicLongArray(subtasks * STRIDE);
  }

  static void mount(@Nullable Probe probe) {
    current = probe;
  }

  static Probe current() {
    Probe mounted = current;
    if (mounted == null) {
      throw new IllegalStateException("Nobody measures");
    }
    return mounted;
  }

  long fromMillis() {
    return fromMillis;
  }

  /** Says how many answers a subtask has seen. */
  void count(int subtask, long answers) {
    answered.setOpaque(subtask * STRIDE, answers);
  }

  /**
   * A subtask has reached a time it was to tell of.
   *
   * @return the next one
   */
  synchronized long reach(long timeMillis) {
    if (!begun) {
      begun = true;
      for (int i = 0; i < answered.length(); i += STRIDE) {
        answeredBefore += answered.getOpaque(i);
      }
      beginCpuNanos = WorkTime.cpuNanos();
      beginNanos = System.nanoTime();
    }
    if (timeMillis <= untilMillis) {
      return untilMillis == Long.MAX_VALUE ? Long.MAX_VALUE : untilMillis + 1;
    }
    if (!ended) {
      ended = true;
      takeEnd();
    }
    return Long.MAX_VALUE;
  }

  /** A subtask has handed its cached state to Flink, which took it so much CPU time. */
  synchronized void flushed(long cpuNanos) {
    flushNanos = Math.max(flushNanos, cpuNanos);
  }

  /** A subtask has seen its last answer. */
  synchronized void finish(Answers ofSubtask) {
    if (!ended) {
      takeEnd();
    }
    total = total.plus(ofSubtask);
  }

  private void takeEnd() {
    endNanos = System.nanoTime();
    endCpuNanos = WorkTime.cpuNanos();
  }

  synchronized Answers answers() {
    return total;
  }

  /** Where each event has one answer. */
  synchronized Measurement measurement() {
    return measurement(total.answers() - answeredBefore);
  }

  synchronized Measurement measurement(long events) {
    if (!begun) {
      throw new IllegalStateException("No answer reached the measured part");
    }
    return new Measurement(events, endNanos - beginNanos, endCpuNanos - beginCpuNanos, flushNanos);
  }
}
