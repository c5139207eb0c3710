package io.tidemark.cli.demo;

/**
 * What a demo sends and how it counts.
 *
 * @param events payments to send
 * @param eventsPerSecond 0 for as fast as they are scored
 * @param seed decides everything about the payments
 * @param threshold the least score of a payment that counts as flagged
 */
public record DemoSettings(long events, int eventsPerSecond, long seed, double threshold) {
  /**
   * The simulated days of so many payments lie in the past: the contract of the payments takes none
   * from the future.
   */
  public static final long MOST_EVENTS = 5_000_000;

  public DemoSettings {
    if (events < 1 || events > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "events must be from 1 to " + MOST_EVENTS + ", but is " + events);
    }
    if (eventsPerSecond < 0) {
      throw new IllegalArgumentException(
          "rate must be 0 (as fast as possible) or more, but is " + eventsPerSecond);
    }
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold must be from 0 to 1, but is " + threshold);
    }
  }
}
