package io.tidemark.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Payments PAYMENTS =
      new Payments(
          List.of("10", "11", "12"),
          List.of("amount", "risk"),
          List.of(new double[] {1, 0.0}, new double[] {2, Double.NaN}, new double[] {3, 0.1 + 0.2}),
          new double[] {0.5, Double.NaN, 0.3});

  private final Ledger ledger = new Ledger("here", PAYMENTS);

  @Test
  void everyPaymentOnceAndRightIsExact() {
    add("12", true);
    add("10", true);
    assertThat(ledger.account().isExact()).as("one is missing").isFalse();
    add("11", true);

    assertThat(ledger.account()).isEqualTo(new Ledger.Account("here", 3, 0, 0, 0, 0));
    assertThat(ledger.account().isExact()).isTrue();
  }

  @Test
  void lostDoubledForeignAndWrongAreTold() {
    add("10", true);
    add("10", false);
    add("10", true);
    add("12", true);
    add("99", true);

    assertThat(ledger.account()).isEqualTo(new Ledger.Account("here", 5, 1, 2, 1, 1));
    assertThat(ledger.distinct()).isEqualTo(2);
  }

  @Test
  void eachOfThemAloneIsNotExact() {
    assertThat(new Ledger.Account("here", 3, 1, 0, 0, 0).isExact()).isFalse();
    assertThat(new Ledger.Account("here", 3, 0, 1, 0, 0).isExact()).isFalse();
    assertThat(new Ledger.Account("here", 3, 0, 0, 1, 0).isExact()).isFalse();
    assertThat(new Ledger.Account("here", 3, 0, 0, 0, 1).isExact()).isFalse();
  }

  @Test
  void answersAreComparedBitForBit() {
    assertThat(PAYMENTS.isFeature(2, 1, 0.3)).isFalse();
    assertThat(PAYMENTS.isFeature(2, 1, 0.1 + 0.2)).isTrue();
    assertThat(PAYMENTS.isFeature(0, 1, -0.0)).isFalse();
    assertThat(PAYMENTS.isFeature(1, 1, Double.NaN)).isTrue();
    assertThat(PAYMENTS.isScore(1, Double.NaN)).isTrue();
    assertThat(PAYMENTS.isScore(0, 0.5)).isTrue();
    assertThat(PAYMENTS.isScore(0, Math.nextUp(0.5))).isFalse();
  }

  @Test
  void paymentsHaveDistinctIds() {
    assertThatThrownBy(
            () ->
                new Payments(
                    List.of("1", "1"),
                    List.of(),
                    List.of(new double[0], new double[0]),
                    new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Payment 1 stands there twice");
  }

  private void add(String id, boolean right) {
    ledger.add(id, payment -> right);
  }
}
