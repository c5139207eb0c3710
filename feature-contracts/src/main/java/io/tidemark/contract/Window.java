package io.tidemark.contract;

import java.io.Serializable;
import java.time.Duration;

/**
 * A trailing window: the events with time in {@code (t - delay - size, t - delay]} for an answer as
 * of {@code t}. With no delay the event at {@code t} is included.
 */
public record Window(Duration size, Duration delay) implements Serializable {
  public Window {
    if (size.isZero() || size.isNegative() || delay.isNegative()) {
      throw new IllegalArgumentException("Not a window: size " + size + ", delay " + delay);
    }
  }

  /** How far behind {@code t} the window reaches. */
  public Duration reach() {
    return size.plus(delay);
  }
}
