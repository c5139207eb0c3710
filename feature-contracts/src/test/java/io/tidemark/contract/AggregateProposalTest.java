package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateProposalTest {
  private static EventContract transactions;

  @BeforeAll
  static void readContracts() throws Exception {
    transactions = Contracts.bundled().event(new TopicUri("tx_events")).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user_7d_transaction_count | type: int, aggregate: count, window: P7D",
        "avg_amount_30d | type: double, aggregate: avg, of: amount, window: P30D",
        "mean_amount_last24h | type: double, aggregate: avg, of: amount, window: P1D",
        "total_amount_15min | type: double, aggregate: sum, of: amount, window: PT15M",
        "nb_tx_1d | type: int, aggregate: count, window: P1D",
        "num_logins_2w | type: int, aggregate: count, window: P14D",
        "transaction_count | type: int, aggregate: count, window: P7D",
        "amount_1h | type: double, aggregate: avg, of: amount, window: PT1H",
        "activity_90s | type: int, aggregate: count, window: PT1M30S"
      })
  void aggregateAndWindowAreReadFromTheName(String name, String yaml) {
    assertThat(AggregateProposal.remedy(name, transactions))
        .contains("If it is an aggregate, say so: `" + name + ": {" + yaml + "}`.");
  }

  @Test
  void numericFieldsAreListedWhereTheNameHoldsNone() {
    assertThat(AggregateProposal.remedy("avg_spend_7d", transactions).orElseThrow())
        .endsWith("of: …, window: P7D}`, of one of amount, fraud.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"merchant_category", "is_online", "discount", "account"})
  void nameWithoutAggregateAndWindowProposesNothing(String name) {
    assertThat(AggregateProposal.remedy(name, transactions)).isEqualTo(Optional.empty());
  }
}
