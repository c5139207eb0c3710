package io.tidemark.cli.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a user chooses.
 *
 * @param replay how long the job would take to read all payments if nothing happened to it
 * @param seed decides about the faults, and about simulated payments
 * @param faultsOfEach how often a task manager, the job manager and the broker are hit, each
 * @param events files of payments; none: they are simulated
 * @param simulatedPayments how many are, then
 */
public record ChaosSettings(
    Duration replay, long seed, int faultsOfEach, List<Path> events, int simulatedPayments) {
  /**
   * @throws IllegalArgumentException with the option's name first, if a value is out of bounds
   */
  public ChaosSettings {
    if (replay.isNegative() || replay.isZero() || replay.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "minutes must be more than 0 and at most 1440, but the replay would take " + replay);
    }
    if (faultsOfEach < 0 || faultsOfEach > 1_000) {
      throw new IllegalArgumentException("faults must be from 0 to 1000, but is " + faultsOfEach);
    }
    if (simulatedPayments < 1_000) {
      throw new IllegalArgumentException(
          "payments must be at least 1000, but is " + simulatedPayments);
    }
    events = List.copyOf(events);
  }
}
