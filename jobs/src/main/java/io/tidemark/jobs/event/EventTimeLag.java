package io.tidemark.jobs.event;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;

/**
 * How far an event time is behind the clock, in seconds: negative for one ahead of it, NaN while
 * there is none, 0 once the input has ended.
 */
public final class EventTimeLag implements Gauge<Double> {
  private static final double MILLIS_PER_SECOND = 1_000;

  private final LongSupplier timeMillis;
  private final LongSupplier clockMillis;

  /**
   * @param timeMillis {@link Long#MIN_VALUE} while there is none, {@link Long#MAX_VALUE} at the end
   *     of the input; called by the thread that reports
   */
  public EventTimeLag(LongSupplier timeMillis, LongSupplier clockMillis) {
    this.timeMillis = timeMillis;
    this.clockMillis = clockMillis;
  }

  @Override
  public Double getValue() {
    long time = timeMillis.getAsLong();
    if (time == Long.MIN_VALUE) {
      return Double.NaN;
    }
    return time == Long.MAX_VALUE ? 0.0 : (clockMillis.getAsLong() - time) / MILLIS_PER_SECOND;
  }
}
