package io.tidemark.cli.simulator;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One card payment.
 *
 * @param time whole seconds
 * @param amount two decimals; no currency
 * @param scenario the last scenario that applies; never an input of a model
 */
public record Payment(
    long transactionId,
    Instant time,
    String customerId,
    String terminalId,
    BigDecimal amount,
    FraudScenario scenario) {
  public Payment {
    if (time.getNano() != 0) {
      throw new IllegalArgumentException("A payment's time has whole seconds: " + time);
    }
    if (amount.scale() != 2 || amount.signum() < 0) {
      throw new IllegalArgumentException(
          "An amount has two decimals and is not negative: " + amount);
    }
  }
}
