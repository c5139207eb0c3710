package io.tidemark.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of the key's events an aggregate is over, for an answer as of a time {@code t}. */
public sealed interface Window extends Serializable {

  /**
   * How far behind {@code t} the window reaches at most: what the log of a key must hold. Empty
   * where it has no bound.
   */
  Optional<Duration> reach();

  /**
   * The events with time in {@code (t − delay − size, t − delay]}. With no delay the event at
   * {@code t} is included.
   *
   * @param hop null for an exact window; else the lower end is rounded down to a multiple of it
   *     since the epoch, {@code (⌊(t − delay − size) / hop⌋ · hop, t − delay]}, so that whole tiles
   *     of events can be kept instead of the events; a divisor of the size
   */
  record Trailing(Duration size, Duration delay, @Nullable Duration hop) implements Window {
    public Trailing {
      if (!isPositive(size) || delay.isNegative()) {
        throw new IllegalArgumentException("Not a window: size " + size + ", delay " + delay);
      }
      if (hop != null && (!isPositive(hop) || size.toMillis() % hop.toMillis() != 0)) {
        throw new IllegalArgumentException("Not a hop of a window of " + size + ": " + hop);
      }
    }

    /** The exact window that ends with the event that asks. */
    public Trailing(Duration size) {
      this(size, Duration.ZERO, null);
    }

    @Override
    public Optional<Duration> reach() {
      return Optional.of(size.plus(delay).plus(hop == null ? Duration.ZERO : hop));
    }
  }

  /**
   * The events of the current period up to {@code t}, {@code [s, t]} with s the latest start of a
   * period that is not after {@code t}.
   *
   * @param offset of the starts of periods from the epoch, below the period: {@code PT8H} for days
   *     that begin at 08:00 UTC
   */
  record Tumbling(Duration period, Duration offset) implements Window {
    public Tumbling {
      if (!isPositive(period) || offset.isNegative() || offset.compareTo(period) >= 0) {
        throw new IllegalArgumentException("Not a window: every " + period + " from " + offset);
      }
    }

    @Override
    public Optional<Duration> reach() {
      return Optional.of(period);
    }
  }

  /**
   * The events since the last pause longer than {@code gap} before {@code t}, up to {@code t}, and
   * of these only those with time in {@code (t − maximum, t]}.
   *
   * @param maximum at least the gap
   */
  record Session(Duration gap, Duration maximum) implements Window {
    public Session {
      if (!isPositive(gap) || maximum.compareTo(gap) < 0) {
        throw new IllegalArgumentException("Not a session: gap " + gap + ", maximum " + maximum);
      }
    }

    @Override
    public Optional<Duration> reach() {
      return Optional.of(maximum);
    }
  }

  /** All events up to {@code t}: a running aggregate, for which no event is kept. */
  record Lifetime() implements Window {
    @Override
    public Optional<Duration> reach() {
      return Optional.empty();
    }
  }

  private static boolean isPositive(Duration duration) {
    return duration.compareTo(Duration.ofMillis(1)) >= 0;
  }
}
