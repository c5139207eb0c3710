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
        "activity_90s | type: int, aggregate: count, window: PT1M30S",
        "max_amount_30d | type: double, aggregate: max, of: amount, window: P30D",
        "smallest_amount_1h | type: double, aggregate: min, of: amount, window: PT1H",
        "distinct_terminals_7d | type: int, aggregate: distinct, of: terminal_id, window: P7D",
        "nb_unique_terminals_7d | type: int, aggregate: distinct, of: terminal_id, window: P7D",
        "p99_amount_7d | type: double, aggregate: quantile, of: amount, quantile: 0.99, window: P7D",
        "p999_amount | type: double, aggregate: quantile, of: amount, quantile: 0.999, window: P7D",
        "p5_amount_1d | type: double, aggregate: quantile, of: amount, quantile: 0.05, window: P1D",
        "median_amount_1d | type: double, aggregate: quantile, of: amount, quantile: 0.5, window: P1D",
        "stddev_amount_last30d | type: double, aggregate: stddev, of: amount, window: P30D",
        "entropy_terminal_30d | type: double, aggregate: entropy, of: terminal_id, window: P30D",
        "last_amount_30d | type: double, aggregate: last, of: amount, window: P30D",
        "last3_amount_30d | type: \"double[]\", aggregate: last_k, of: amount, k: 3, window: P30D",
        "amount_hist_7d | type: \"long[]\", aggregate: histogram, of: amount, edges: [10, 100], window: P7D",
        "seconds_since_last_tx | type: double, aggregate: time_since_last, window: P7D",
        "decayed_amount_7d | type: double, aggregate: decayed_sum, of: amount, halfLife: PT6H, window: P7D",
        "max_amount_lifetime | type: double, aggregate: max, of: amount, window: lifetime"
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
