package io.tidemark.cli.bench.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * From the time a payment was to be sent until a consumer has its score: all of them, and those of
 * each second apart. Filled by one thread.
 */
final class Latencies {
  private final Schedule schedule;
  private final Histogram micros = new Histogram(3);
  private final List<Histogram> seconds = new ArrayList<>();
  private long degraded;

  Latencies(Schedule schedule) {
    this.schedule = schedule;
    for (int i = 0; i < schedule.counted().toSeconds(); i++) {
      seconds.add(new Histogram(3));
    }
  }

  /**
   * Takes note of a score.
   *
   * @param index of the payment on the schedule
   * @param degraded whether it got the fallback in the model's place
   */
  void received(long index, long nowNanos, boolean degraded) {
    if (index < schedule.uncounted()) {
      return;
    }
    long latency = Math.max(0, (nowNanos - schedule.dueNanos(index)) / 1_000);
    micros.recordValue(latency);
    seconds.get(Math.min(schedule.secondOf(index), seconds.size() - 1)).recordValue(latency);
    if (degraded) {
      this.degraded++;
    }
  }

  /** How many payments a second were to be sent. */
  double perSecond() {
    return schedule.perSecond();
  }

  long count() {
    return micros.getTotalCount();
  }

  long degraded() {
    return degraded;
  }

  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  /** Of those that were due in each second, in milliseconds. */
  List<Double> millisBySecond(double percentile) {
    return seconds.stream().map(second -> second.getValueAtPercentile(percentile) / 1e3).toList();
  }
}
