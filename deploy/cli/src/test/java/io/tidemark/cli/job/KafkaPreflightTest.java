package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.FeatureJob;
import io.tidemark.jobs.ScoringJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  /** Retention has removed the first record, and nobody knows what it was. */
  @Test
  void topicThatBeginsBehindTheFilesOfAHistoryIsRefused(@TempDir Path folder) throws Exception {
    Path files =
        Files.writeString(
            folder.resolve("payments.csv"),
            "transaction_id,tx_datetime,customer_id,terminal_id,amount,fraud\n"
                + "1,2025-01-01T00:00:00Z,a,b,1.0,0\n");
    String[] warmUp = {
      "--warm-up-from", files.toString(), "--warm-up-until", "2025-01-02T00:00:00Z"
    };
    try (Topics topics = new Topics(kafka.bootstrapServers());
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      topics.sendAll("tx_events", 1, List.of(new byte[1], new byte[1]));
      assertRefused(warmUp).hasMessageNotContaining("--warm-up-until");
      admin
          .deleteRecords(
              Map.of(new TopicPartition("tx_events", 1), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }

    assertRefused(warmUp)
        .hasMessageContaining("Topic 'tx_events' has lost what came before ")
        .hasMessageContaining(
            " in partition 1, but --warm-up-until is 2025-01-02T00:00:00Z: events between would be"
                + " in neither. Let the files of --warm-up-from reach further");
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
