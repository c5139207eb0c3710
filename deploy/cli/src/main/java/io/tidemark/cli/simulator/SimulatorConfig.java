package io.tidemark.cli.simulator;

import java.time.LocalDate;

/**
 * Everything a simulated world depends on: two equal configs give the same payments, bit for bit,
 * on every machine.
 *
 * @param customers they make about 1.94 payments a day each
 * @param terminals spread over the same square as the customers' homes
 * @param firstDay day of the first payment, UTC
 */
public record SimulatorConfig(int customers, int terminals, LocalDate firstDay, long seed) {
  private static final int MOST = 10_000_000;

  public SimulatorConfig {
    requireSize("customers", customers);
    requireSize("terminals", terminals);
  }

  private static void requireSize(String what, int size) {
    if (size < 1 || size > MOST) {
      throw new IllegalArgumentException(
          what + " must be between 1 and " + MOST + ", but is " + size);
    }
  }
}
