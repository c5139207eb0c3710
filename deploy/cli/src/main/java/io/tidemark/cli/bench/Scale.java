package io.tidemark.cli.bench;

import io.tidemark.cli.simulator.SimulatorConfig;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Base64;
import org.apache.flink.util.InstantiationUtil;

/**
 * How much is measured.
 *
 * <p>A window of 30 days has its full cost after 30 days: what comes before warms up. The peers are
 * slow, so they see fewer days, and some of them fewer keys: that makes them a little faster, as
 * more of their state fits the processor's caches.
 *
 * @param days of payments
 * @param shortDays of these, for cases that are slow
 * @param uncachedOneKeyIn one in so many customers, where each event is a call of RocksDB
 * @param fewCustomersOneIn one in so many customers, for aggregates that are slow
 * @param rounds how often each case is measured
 * @param warmUpMillis CPU time that a fork uses before anything is measured in it
 * @param measureMillis CPU time that a case uses at least each time it is measured, that before the
 *     measured part included
 * @param sqlDays days for SQL OVER, of which the first 30 warm up
 * @param sqlOnHeapOneKeyIn one in so many keys for SQL OVER on heap
 * @param sqlOnRocksDbOneKeyIn one in so many keys for SQL OVER on RocksDB
 * @param hopDays days for windows of 7 days that hop by an hour, of which the first 8 warm up
 * @param slidingOneKeyIn one in so many keys for SlidingEventTimeWindows
 * @param hopOneKeyIn one in so many keys for the table function HOP
 * @param peerRounds how often each peer is measured
 * @param heapMebibytes of each fork, at most
 */
record Scale(
    int customers,
    int terminals,
    int days,
    int shortDays,
    int uncachedOneKeyIn,
    int fewCustomersOneIn,
    int rounds,
    int warmUpMillis,
    int measureMillis,
    int sqlDays,
    int sqlOnHeapOneKeyIn,
    int sqlOnRocksDbOneKeyIn,
    int hopDays,
    int slidingOneKeyIn,
    int hopOneKeyIn,
    int peerRounds,
    int heapMebibytes)
    implements Serializable {
  static final Scale FULL =
      new Scale(5_000, 10_000, 180, 180, 1, 2, 5, 12_000, 2_000, 33, 1, 1, 9, 1, 4, 2, 1_536);
  static final Scale QUICK =
      new Scale(5_000, 10_000, 60, 54, 4, 4, 3, 2_500, 600, 33, 1, 8, 9, 10, 20, 1, 1_280);

  private static final int STEADY_DAYS = 30;
  private static final double PAYMENTS_PER_CUSTOMER_AND_DAY = 1.94;
  private static final LocalDate FIRST_DAY = LocalDate.of(2025, 1, 1);

  /** As one argument of a process. */
  String argument() throws IOException {
    return Base64.getEncoder().encodeToString(InstantiationUtil.serializeObject(this));
  }

  static Scale parse(String argument) throws IOException {
    try {
      return InstantiationUtil.deserializeObject(
          Base64.getDecoder().decode(argument), Scale.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException("Not a scale: " + argument, e);
    }
  }

  SimulatorConfig simulator(long seed) {
    return new SimulatorConfig(customers, terminals, FIRST_DAY, seed);
  }

  Duration warmUp() {
    return Duration.ofMillis(warmUpMillis);
  }

  Duration measure() {
    return Duration.ofMillis(measureMillis);
  }

  /** To how many keys payments are dealt so that 6,000 of each fit into two thirds of the days. */
  int dealtTo() {
    double perDay = customers * PAYMENTS_PER_CUSTOMER_AND_DAY;
    return Math.max(1, (int) (perDay * days * 2 / 3 / 6_000));
  }

  /** Days until such a window is full. */
  int dealtSteadyFromDay() {
    return (days * 2 + 2) / 3;
  }

  /** Days that warm up where the longest window has 30. */
  int steadyFromDay() {
    return STEADY_DAYS;
  }
}
