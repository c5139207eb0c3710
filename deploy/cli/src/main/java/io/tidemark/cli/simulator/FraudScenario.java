package io.tidemark.cli.simulator;

/** Why a payment is a fraud. The code is what is written to files. */
public enum FraudScenario {
  GENUINE(0),
  /** The amount is above 220. */
  LARGE_AMOUNT(1),
  /** Every payment at a compromised terminal, for 28 days. */
  COMPROMISED_TERMINAL(2),
  /** A third of the payments of a leaked card, five times as high, for 14 days. */
  LEAKED_CARD(3);

  private final int code;

  FraudScenario(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The label a bank learns in the end: 1 for a fraud, else 0. */
  public int label() {
    return this == GENUINE ? 0 : 1;
  }
}
