package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.TestContracts;
import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentJson;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.event.EventOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("system")
@Timeout(420)
class BrokerOutageTest {
  private static final int PAYMENTS = 20_000;
  private static final int PARTITIONS = 2;

  @TempDir private Path folder;

  /** In event-time order, in which a payment's score does not depend on when it is read. */
  @Test
  void everyPaymentIsScoredThoughTheBrokerIsKilled() throws Exception {
    Contracts contracts =
        TestContracts.copy(
            Files.createDirectory(folder.resolve("contracts")),
            text -> text.replace("idleness: PT30S", "idleness: PT10M"));
    List<Payment> payments =
        new PaymentSimulator(new SimulatorConfig(500, 1_000, LocalDate.parse("2025-06-01"), 7))
            .stream().limit(PAYMENTS).toList();
    ExecutorService sender = Executors.newSingleThreadExecutor();
    try (KafkaProcess kafka = KafkaProcess.start(Files.createDirectory(folder.resolve("kafka")))) {
      kafka.createTopics(PARTITIONS, "tx_events");
      kafka.createTopics(1, "card_fraud_scores", "tx_events_rejected", "tx_events_late");
      KafkaTopics ends =
          new KafkaTopics(kafka.bootstrapServers(), "outage", "card_fraud_scores", false);
      try (Topics topics = new Topics(kafka.bootstrapServers());
          RunningJob job =
              RunningJob.start(contracts, ends, EventOrder.EVENT_TIME, UnaryOperator.identity())) {
        send(topics, payments.subList(0, PAYMENTS / 2));
        job.await("some are scored", () -> topics.size("card_fraud_scores") > PAYMENTS / 4);

        kafka.kill();
        // Blocks while no broker says where the partitions are.
        Future<Void> sent =
            sender.submit(
                () -> {
                  send(topics, payments.subList(PAYMENTS / 2, PAYMENTS));
                  return null;
                });
        kafka.startAgain();
        sent.get(120, TimeUnit.SECONDS);
        // Two months on: moves the watermark past all others.
        for (int partition = 0; partition < PARTITIONS; partition++) {
          byte[] last = MalformedEvents.payment(-1 - partition, 60 * 86_400L);
          topics.sendAll("tx_events", partition, List.of(last));
        }

        Set<String> ids =
            payments.stream()
                .map(payment -> Long.toString(payment.transactionId()))
                .collect(Collectors.toSet());
        job.await(
            "all are scored",
            () ->
                topics.size("card_fraud_scores") >= PAYMENTS
                    && scores(topics).keySet().equals(ids));
        scores(topics).forEach((id, scores) -> assertThat(scores).as(id).hasSize(1));
        assertThat(topics.size("tx_events_rejected")).isZero();
      }
    } finally {
      sender.shutdownNow();
    }
  }

  private static void send(Topics topics, List<Payment> payments) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Payment payment : payments) {
      sent.add(send(topics, payment));
    }
    for (Future<RecordMetadata> record : sent) {
      record.get(120, TimeUnit.SECONDS);
    }
  }

  private static Future<RecordMetadata> send(Topics topics, Payment payment) {
    int partition = Math.floorMod(payment.customerId().hashCode(), PARTITIONS);
    return topics.send("tx_events", partition, PaymentJson.encode(payment));
  }

  /** The distinct scores of each event. */
  private static Map<String, Set<String>> scores(Topics topics) {
    Map<String, Set<String>> scores = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.readAll("card_fraud_scores")) {
      scores
          .computeIfAbsent(new String(record.key(), UTF_8), id -> new HashSet<>())
          .add(new String(record.value(), UTF_8));
    }
    return scores;
  }
}
