package io.tidemark.cli.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentSimulatorTest {
  private static final LocalDate FIRST_DAY = LocalDate.of(2025, 1, 1);

  /** If this fails, models trained on the simulator can no longer be reproduced. */
  @Test
  void seedDecidesEveryByte() throws Exception {
    StringWriter text = new StringWriter();
    PaymentCsv csv = new PaymentCsv(text);
    days(simulator(200, 400, 42), 60).forEach(csv::write);

    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo("1871b5baa544dcbccaa279935be9337d778e84018e3c69f23c059e94306bc3aa");
  }

  @Test
  void anotherSeedGivesOtherPayments() {
    assertThat(days(simulator(200, 400, 1), 3).toList())
        .doesNotContainAnyElementsOf(days(simulator(200, 400, 2), 3).toList());
  }

  @Test
  void streamIsTheDaysInARow() {
    List<Payment> twoDays = days(simulator(50, 100, 3), 2).toList();

    assertThat(simulator(50, 100, 3).stream().limit(twoDays.size())).isEqualTo(twoDays);
  }

  @Test
  void idsCountUpInOrderOfTimeAndTimesFollowTheDays() {
    PaymentSimulator simulator = simulator(2_000, 100, 4);
    long nextId = 0;
    Instant last = Instant.EPOCH;
    for (int day = 0; day < 10; day++) {
      for (Payment payment : simulator.nextDay()) {
        assertThat(payment.transactionId()).isEqualTo(nextId++);
        assertThat(payment.time()).isAfterOrEqualTo(last);
        assertThat(payment.time().atOffset(ZoneOffset.UTC).toLocalDate())
            .isEqualTo(FIRST_DAY.plusDays(day));
        last = payment.time();
      }
    }
    assertThat(nextId).isGreaterThan(30_000);
  }

  @Test
  void halfAYearOfTheFullWorldHasTheSharesOfTheHandbook() {
    PaymentSimulator simulator = simulator(5_000, 10_000, 5);
    long[] byScenario = new long[FraudScenario.values().length];
    long nearNoon = 0;
    long payments = 0;
    double genuineAmounts = 0;
    for (int day = 0; day < 180; day++) {
      for (Payment payment : simulator.nextDay()) {
        payments++;
        byScenario[payment.scenario().code()]++;
        if (payment.scenario() == FraudScenario.GENUINE) {
          genuineAmounts += payment.amount().doubleValue();
        }
        long second = payment.time().getEpochSecond() % Duration.ofDays(1).toSeconds();
        nearNoon += Math.abs(second - 43_200) <= 20_000 ? 1 : 0;
      }
    }

    assertThat(payments).isCloseTo(1_745_000L, within(45_000L));
    assertThat(genuineAmounts / byScenario[0]).isCloseTo(53, within(2.0));
    // Within one standard deviation, of what is left of the normal distribution within a day.
    assertThat((double) nearNoon / payments).isCloseTo(0.683 / 0.969, within(0.005));
    assertThat((double) byScenario[1] / payments).isBetween(0.0003, 0.0009);
    assertThat((double) byScenario[2] / payments).isBetween(0.0035, 0.0065);
    assertThat((double) byScenario[3] / payments).isBetween(0.0018, 0.0036);
  }

  @Test
  void everyAmountAbove220IsAFraudAndNoOtherAmountIsOfThatScenario() {
    assertThat(days(simulator(5_000, 10_000, 6), 10))
        .allSatisfy(
            payment -> {
              boolean large = payment.amount().compareTo(new BigDecimal("220.00")) > 0;
              if (large) {
                assertThat(payment.scenario()).isNotEqualTo(FraudScenario.GENUINE);
              } else {
                assertThat(payment.scenario()).isNotEqualTo(FraudScenario.LARGE_AMOUNT);
              }
            });
  }

  @Test
  void compromisedTerminalHasOnlyFraudsFor28Days() {
    Map<String, List<Payment>> byTerminal = new HashMap<>();
    days(simulator(5_000, 200, 7), 60)
        .forEach(p -> byTerminal.computeIfAbsent(p.terminalId(), t -> new ArrayList<>()).add(p));
    String compromised =
        byTerminal.entrySet().stream()
            .filter(e -> e.getValue().stream().anyMatch(PaymentSimulatorTest::isCompromised))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    List<Payment> payments = byTerminal.get(compromised);
    Instant first =
        payments.stream()
            .filter(PaymentSimulatorTest::isCompromised)
            .findFirst()
            .orElseThrow()
            .time();
    LocalDate firstDay = first.atOffset(ZoneOffset.UTC).toLocalDate();
    Instant end = firstDay.plusDays(28).atStartOfDay().toInstant(ZoneOffset.UTC);

    assertThat(payments)
        .filteredOn(p -> !p.time().isBefore(first) && p.time().isBefore(end))
        .hasSizeGreaterThan(100)
        .allMatch(p -> p.scenario() != FraudScenario.GENUINE);
    assertThat(payments)
        .filteredOn(p -> !p.time().isBefore(end))
        .isNotEmpty()
        .noneMatch(PaymentSimulatorTest::isCompromised);
  }

  @Test
  void aThirdOfThePaymentsOfALeakedCardAreFiveTimesAsHigh() {
    // The only card of its world: leaked on the first day, and not again within 14 days.
    long leaked = 0;
    long payments = 0;
    for (long seed = 0; seed < 500; seed++) {
      for (Payment payment : days(simulator(1, 100, seed), 14).toList()) {
        payments++;
        leaked += payment.scenario() == FraudScenario.LEAKED_CARD ? 1 : 0;
        if (payment.scenario() == FraudScenario.LEAKED_CARD) {
          assertThat(payment.amount().unscaledValue().mod(BigInteger.valueOf(5))).isZero();
        }
      }
    }
    assertThat((double) leaked / payments).isCloseTo(1.0 / 3, within(0.02));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 1", "1, 10000", "300, 3"})
  void smallWorldsHavePaymentsToo(int customers, int terminals) {
    assertThat(simulator(customers, terminals, 8).stream().limit(100)).hasSize(100);
  }

  @ParameterizedTest
  @CsvSource({"0, 1, customers", "1, 0, terminals", "10000001, 1, customers"})
  void impossibleWorldsAreRefused(int customers, int terminals, String named) {
    assertThatThrownBy(() -> simulator(customers, terminals, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(named + " must be between 1 and 10000000");
  }

  private static boolean isCompromised(Payment payment) {
    return payment.scenario() == FraudScenario.COMPROMISED_TERMINAL;
  }

  private static PaymentSimulator simulator(int customers, int terminals, long seed) {
    return new PaymentSimulator(new SimulatorConfig(customers, terminals, FIRST_DAY, seed));
  }

  private static Stream<Payment> days(PaymentSimulator simulator, int days) {
    return Stream.generate(simulator::nextDay).limit(days).flatMap(List::stream);
  }
}
