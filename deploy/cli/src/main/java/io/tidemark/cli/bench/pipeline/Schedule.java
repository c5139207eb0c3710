package io.tidemark.cli.bench.pipeline;

import java.time.Duration;

/**
 * When payments are to be sent, whatever becomes of those before them.
 *
 * @param startNanos when the first is due
 * @param warmUp how long latencies do not count yet
 * @param counted how long they do
 */
record Schedule(long startNanos, double perSecond, Duration warmUp, Duration counted) {

  /** How many are sent. */
  int payments() {
    return uncounted() + (int) (perSecond * counted.toSeconds());
  }

  /** How many of them come before latencies count. */
  int uncounted() {
    return (int) (perSecond * warmUp.toSeconds());
  }

  /**
   * @param index of a payment, from 0
   */
  long dueNanos(long index) {
    return startNanos + (long) (index * 1e9 / perSecond);
  }

  /** In which second of those that count a payment is due, from 0. */
  int secondOf(long index) {
    return (int) ((index - uncounted()) / perSecond);
  }
}
