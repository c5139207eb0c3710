package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.TestContracts;
import io.tidemark.jobs.KafkaConnection;
import io.tidemark.jobs.KafkaDelivery;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.event.EventOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code TidemarkTransactionsLost} relies on: the connector loses a transaction in silence.
 */
@Tag("system")
@Timeout(420)
class LostTransactionTest {
  private static final String EVENTS = "tx_events";
  private static final String SCORES = "card_fraud_scores";

  /** Long past the end of a transaction that was begun when the checkpoint before was complete. */
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(1);

  @TempDir private Path folder;

  @Test
  void transactionThatTheBrokerAbortedIsCountedAndTheJobGoesOn() throws Exception {
    try (KafkaProcess kafka = KafkaProcess.start(Files.createDirectory(folder.resolve("kafka")))) {
      kafka.createTopics(1, EVENTS, SCORES, "tx_events_rejected", "tx_events_late");
      KafkaDelivery delivery = KafkaDelivery.exactlyOnce("lost", TRANSACTION_TIMEOUT);
      KafkaTopics ends =
          new KafkaTopics(
              new KafkaConnection(kafka.bootstrapServers(), "lost", false, delivery), SCORES, null);
      try (Topics topics = new Topics(kafka.bootstrapServers());
          RunningJob job =
              RunningJob.start(
                  TestContracts.copy(
                      Files.createDirectory(folder.resolve("contracts")), UnaryOperator.identity()),
                  ends,
                  EventOrder.ARRIVAL,
                  UnaryOperator.identity(),
                  CHECKPOINT_INTERVAL)) {
        int payments = 0;
        while (lost(job) == 0) {
          topics.sendAll(EVENTS, 0, List.of(MalformedEvents.payment(payments, payments)));
          payments++;
          double completed = job.metrics().completedCheckpoints();
          job.await("one more checkpoint", () -> job.metrics().completedCheckpoints() > completed);
        }
        double completed = job.metrics().completedCheckpoints();
        job.await("the job goes on", () -> job.metrics().completedCheckpoints() > completed);
        assertThat(lost(job)).isPositive();
      }
    }
  }

  private static long lost(RunningJob job) {
    return job.metrics().count("flink_taskmanager_job_task_operator_failedCommittables");
  }
}
