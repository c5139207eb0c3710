package io.tidemark.cli.bench;

import io.tidemark.cli.simulator.SimulatorConfig;
import java.time.LocalDate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * <p>A window of 30 days has its full cost after 30 days: what comes before warms up. The peers are
 * slow, so they see fewer keys and days; what an event costs them depends on how many its key has,
 * which is the same.
 *
 * @param days of payments
 * @param rounds how often each case is measured
 * @param sqlOneKeyIn one in so many keys for SQL OVER
 * @param sqlDays days for SQL OVER, of which the first 30 warm up
 * @param hopOneKeyIn one in so many keys for windows of 7 days that hop by an hour
 * @param hopDays days for these, of which the first 8 warm up
 * @param peerRounds how often each peer is measured
 */
record Scale(
    int customers,
    int terminals,
    int days,
    int rounds,
    int sqlOneKeyIn,
    int sqlDays,
    int hopOneKeyIn,
    int hopDays,
    int peerRounds,
    long seed) {
  static final Scale FULL = new Scale(5_000, 10_000, 180, 5, 5, 45, 20, 15, 3, 1);
  static final Scale QUICK = new Scale(5_000, 10_000, 60, 3, 25, 40, 50, 12, 1, 1);

  private static final double PAYMENTS_PER_CUSTOMER_AND_DAY = 1.94;
  private static final LocalDate FIRST_DAY = LocalDate.of(2025, 1, 1);

  Scale withSeed(long other) {
    return new Scale(
        customers,
        terminals,
        days,
        rounds,
        sqlOneKeyIn,
        sqlDays,
        hopOneKeyIn,
        hopDays,
        peerRounds,
        other);
  }

  /** As one argument of a process. */
  String argument() {
    return Stream.of(
            customers,
            terminals,
            days,
            rounds,
            sqlOneKeyIn,
            sqlDays,
            hopOneKeyIn,
            hopDays,
            peerRounds,
            seed)
        .map(Number::toString)
        .collect(Collectors.joining(","));
  }

  static Scale parse(String argument) {
    String[] parts = argument.split(",");
    int[] sizes = Stream.of(parts).limit(9).mapToInt(Integer::parseInt).toArray();
    return new Scale(
        sizes[0],
        sizes[1],
        sizes[2],
        sizes[3],
        sizes[4],
        sizes[5],
        sizes[6],
        sizes[7],
        sizes[8],
        Long.parseLong(parts[9]));
  }

  SimulatorConfig simulator() {
    return new SimulatorConfig(customers, terminals, FIRST_DAY, seed);
  }

  /** To how many keys payments are dealt so that 6,000 of each fit into five sixths of the days. */
  int dealtTo() {
    return Math.max(1, (int) (customers * PAYMENTS_PER_CUSTOMER_AND_DAY * days * 5 / 6 / 6_000));
  }

  /** Days until such a window is full. */
  int dealtSteadyFromDay() {
    return (days * 5 + 5) / 6;
  }

  /** Days that warm up where the longest window has 30. */
  int steadyFromDay() {
    return Math.min(30, days / 2);
  }
}
