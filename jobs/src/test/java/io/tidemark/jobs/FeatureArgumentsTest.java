package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Contracts;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FeatureArgumentsTest {

  /** With one group, one job would begin where the other has read to. */
  @Test
  void jobsOfDifferentContractsShareNeitherOffsetsNorTransactions() throws Exception {
    assertThat(name()).isEqualTo("tidemark-features-transactions");
    assertThat(name("customer_spending"))
        .isEqualTo("tidemark-features-transactions-customer_spending");
    assertThat(name("terminal_risk", "customer_spending"))
        .isEqualTo("tidemark-features-transactions-customer_spending-terminal_risk");
  }

  private static String name(String... contracts) throws Exception {
    FeatureArguments arguments = new FeatureArguments();
    CommandLine command = new CommandLine(arguments);
    String names = String.join(",", contracts);
    if (names.isEmpty()) {
      command.parseArgs("--bootstrap-servers", "localhost:9092");
    } else {
      command.parseArgs("--bootstrap-servers", "localhost:9092", "--feature-contracts", names);
    }
    return arguments.name(FeaturePlan.of(Contracts.bundled(), List.of(contracts)));
  }
}
