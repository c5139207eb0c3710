package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeaturePlanTest {

  @Test
  void byDefaultEveryContractWithAnEntityIsPublishedWithAllOfItsFeatures() throws Exception {
    FeaturePlan plan = FeaturePlan.of(Contracts.bundled(), List.of());

    assertThat(plan.contracts())
        .extracting(contract -> contract.metadata().name())
        .containsExactly("customer_spending", "terminal_risk");
    assertThat(plan.columns().count()).isEqualTo(12);
  }

  @Test
  void arrayTakesAColumnPerElement() throws Exception {
    Contracts contracts =
        Contracts.read(
            Path.of("../feature-contracts/src/test/resources/every-aggregate-and-window"));
    FeaturePlan plan = FeaturePlan.of(contracts, List.of("card_at_merchant"));

    assertThat(plan.columns().count()).isEqualTo(4);
    assertThat(plan.columns().positions(new FeatureRef("card_at_merchant", "top_amounts_30d[1]")))
        .containsExactly(2);
    ScoringPlan scoring = ScoringPlan.of(contracts, "every_feature");
    int amounts = scoring.columnNames().indexOf("card_aggregates.amounts_7d[3]");
    assertThat(scoring.columnTypes().get(amounts)).isEqualTo(FieldType.LONG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "customer_spendin | No feature contract is named 'customer_spendin'. There are:"
            + " customer_spending, terminal_risk",
        "customer_spending@9 | No feature contract is named 'customer_spending@9'. There are:"
            + " customer_spending, terminal_risk",
        "calendar | Feature contract 'calendar' has no entity with windows to publish under a key."
            + " There are: customer_spending, terminal_risk",
        "terminal_risk,terminal_risk@1 | Feature contract 'terminal_risk@1' is named twice. Leave"
            + " one out",
      })
  void wrongNamesAreToldWithThoseThatExist(String names, String message) throws Exception {
    Contracts contracts = Contracts.bundled();

    assertThatThrownBy(() -> FeaturePlan.of(contracts, List.of(names.split(","))))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessage(message);
  }
}
