package io.tidemark.cli.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaymentFormatTest {
  private static final Instant TIME = Instant.parse("2025-01-01T00:00:00Z");
  private static final Payment PAYMENT =
      new Payment(7, TIME, "12", "3400", new BigDecimal("99.50"), FraudScenario.LEAKED_CARD);

  @Test
  void csvHasAHeaderAndALinePerPayment() {
    StringWriter text = new StringWriter();
    new PaymentCsv(text).write(PAYMENT);

    assertThat(text)
        .hasToString(
            """
            transaction_id,tx_datetime,customer_id,terminal_id,amount,fraud,fraud_scenario
            7,2025-01-01T00:00:00Z,12,3400,99.50,1,3
            """);
  }

  @Test
  void jsonHasTheFieldsOfTheEventContract() {
    assertThat(PaymentJson.encode(PAYMENT))
        .asString()
        .isEqualTo(
            "{\"transaction_id\":7,\"tx_datetime\":\"2025-01-01T00:00:00Z\",\"customer_id\":\"12\","
                + "\"terminal_id\":\"3400\",\"amount\":99.50,\"fraud\":1}");
  }

  @Test
  void partsOfASecondAndOfACentAreRefused() {
    BigDecimal amount = new BigDecimal("1.00");
    assertThatThrownBy(
            () -> new Payment(1, TIME.plusNanos(1), "1", "1", amount, FraudScenario.GENUINE))
        .hasMessageContaining("whole seconds");
    assertThatThrownBy(
            () -> new Payment(1, TIME, "1", "1", new BigDecimal("1.005"), FraudScenario.GENUINE))
        .hasMessageContaining("two decimals");
  }
}
