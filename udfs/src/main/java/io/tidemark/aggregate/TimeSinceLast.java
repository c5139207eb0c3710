package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Seconds from the last present value before the answer's time to that time. A value of exactly
 * that time is not looked at: the event that asks is usually in its own window, and would always
 * answer 0. Hence the last two distinct times are kept.
 *
 * <p>Laws: associative, commutative, idempotent; not invertible. Error: none; milliseconds are
 * counted, the division rounds. Memory: two longs. Cost: two comparisons.
 */
public final class TimeSinceLast implements Mergeable {
  private static final long NONE = Long.MIN_VALUE;

  private long newestMillis = NONE;
  private long previousMillis = NONE;

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      add(timeMillis);
    }
  }

  private void add(long timeMillis) {
    if (timeMillis > newestMillis) {
      previousMillis = newestMillis;
      newestMillis = timeMillis;
    } else if (timeMillis > previousMillis && timeMillis < newestMillis) {
      previousMillis = timeMillis;
    }
  }

  @Override
  public double result(long asOfMillis) {
    long last = newestMillis < asOfMillis ? newestMillis : previousMillis;
    return last == NONE || last >= asOfMillis ? Double.NaN : (asOfMillis - last) / 1000.0;
  }

  @Override
  public void clear() {
    newestMillis = NONE;
    previousMillis = NONE;
  }

  @Override
  public void merge(Accumulator later) {
    TimeSinceLast that = (TimeSinceLast) later;
    add(that.previousMillis);
    add(that.newestMillis);
  }

  @Override
  public void copyFrom(Accumulator other) {
    TimeSinceLast that = (TimeSinceLast) other;
    newestMillis = that.newestMillis;
    previousMillis = that.previousMillis;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    out.writeLong(newestMillis);
    out.writeLong(previousMillis);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    newestMillis = in.readLong();
    previousMillis = in.readLong();
  }
}
