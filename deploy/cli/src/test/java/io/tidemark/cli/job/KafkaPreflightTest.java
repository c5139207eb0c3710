package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.FeatureJob;
import io.tidemark.jobs.ScoringJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told to a user before anything is submitted, all at once. */
@Timeout(120)
class KafkaPreflightTest {
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = EmbeddedKafka.start();
    kafka.createTopic("tx_events", 3);
    kafka.createTopic("tx_events_late", 1);
    kafka.createTopic("customer_spending_features", 1);
    kafka.createTopic("terminal_risk_features", 1, Map.of("cleanup.policy", "compact,delete"));
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @Test
  void missingTopicsAreNamedWithTheCommandsThatCreateThem() {
    String create = "kafka-topics.sh --bootstrap-server " + kafka.bootstrapServers() + " --create";

    assertRefused()
        .hasMessage(
            "Topic 'tx_events_rejected' does not exist. Create it: "
                + create
                + " --topic tx_events_rejected --partitions 3\n"
                + "Topic 'card_fraud_scores' does not exist. Create it: "
                + create
                + " --topic card_fraud_scores --partitions 3");
  }

  @Test
  void exactlyOnceWithoutCheckpointsIsRefused() {
    assertRefused("--delivery", "exactly-once")
        .hasMessageContaining(
            "--delivery exactly-once writes when a checkpoint is complete, but there are none. Set"
                + " execution.checkpointing.interval");
  }

  @Test
  void timeoutThatTheBrokersDoNotAllowIsRefused() {
    assertRefused("--delivery", "exactly-once", "--transaction-timeout", "PT1H")
        .hasMessageContaining(
            "--transaction-timeout PT1H is more than the brokers allow,"
                + " transaction.max.timeout.ms=900000. Give PT15M or less");
  }

  @Test
  void brokersWithoutSafeTransactionsAreRefused() throws Exception {
    setTransactionVersion((short) 1, UpgradeType.SAFE_DOWNGRADE);
    try {
      assertRefused("--delivery", "exactly-once")
          .hasMessageContaining(
              "--delivery exactly-once needs transaction.version=2, but the brokers run 1");
    } finally {
      setTransactionVersion((short) 2, UpgradeType.UPGRADE);
    }
  }

  @Test
  void topicOfLatestFeaturesThatIsNotCompactedIsRefused() {
    assertThatThrownBy(
            () ->
                FeatureJob.main(
                    new String[] {
                      "--feature-contracts",
                      "customer_spending,terminal_risk",
                      "--bootstrap-servers",
                      kafka.bootstrapServers()
                    }))
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessageContaining("Topic 'customer_spending_features' has cleanup.policy=delete: ")
        .hasMessageContaining("Topic 'terminal_risk_features' has cleanup.policy=compact,delete: ");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--model", "card_fraud", "--bootstrap-servers", kafka.bootstrapServers()));
    args.addAll(List.of(more));
    return assertThatThrownBy(() -> ScoringJob.main(args.toArray(String[]::new)))
        .isInstanceOf(ProgramParametrizationException.class);
  }

  private static void setTransactionVersion(short version, UpgradeType type) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .updateFeatures(
              Map.of("transaction.version", new FeatureUpdate(version, type)),
              new UpdateFeaturesOptions())
          .all()
          .get();
    }
  }
}
