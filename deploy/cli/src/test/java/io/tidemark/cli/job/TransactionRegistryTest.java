package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.sink.TransactionOutcome;
import io.tidemark.jobs.sink.TransactionRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a broker tells of a transaction that it would refuse to commit again. */
@Timeout(120)
class TransactionRegistryTest {
  private static final String TOPIC = "scores";

  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start();
    kafka.createTopic(TOPIC, 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void transactionThatWasCommittedIsOne() throws Exception {
    assertThat(outcomeAfter("committed", KafkaProducer::commitTransaction))
        .isEqualTo(TransactionOutcome.COMMITTED);
  }

  @Test
  void transactionThatWasAbortedIsNone() throws Exception {
    assertThat(outcomeAfter("aborted", KafkaProducer::abortTransaction))
        .isEqualTo(TransactionOutcome.NOT_COMMITTED);
  }

  @Test
  void commitOfTheNextTransactionSaysNothingOfTheOneBefore() throws Exception {
    assertThat(
            outcomeAfter(
                "next",
                producer -> {
                  producer.abortTransaction();
                  producer.beginTransaction();
                  var unused = producer.send(new ProducerRecord<>(TOPIC, "next"));
                  producer.commitTransaction();
                }))
        .isEqualTo(TransactionOutcome.NOT_COMMITTED);
  }

  @Test
  void transactionThatNobodyBeganIsNone() throws Exception {
    assertThat(registry().outcome("never begun", 7, 0)).isEqualTo(TransactionOutcome.NOT_COMMITTED);
  }

  @Test
  void brokersThatDoNotAnswerAreNotTakenForANo() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      assertThat(new TransactionRegistry(address, Duration.ofMillis(500)).outcome("any", 7, 0))
          .isEqualTo(TransactionOutcome.UNKNOWN);
    }
  }

  @Test
  void interruptedWhileItWaits() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () -> new TransactionRegistry(address, Duration.ofMinutes(10)).outcome("any", 7, 0))
          .isInstanceOf(InterruptedException.class);
    } finally {
      var unused = Thread.interrupted();
    }
  }

  private static TransactionRegistry registry() {
    return new TransactionRegistry(kafka.bootstrapServers(), Duration.ofMinutes(1));
  }

  /** Begins a transaction, writes a record, and asks when it has come to its end. */
  private static TransactionOutcome outcomeAfter(
      String id, Consumer<KafkaProducer<String, String>> end) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id);
    try (KafkaProducer<String, String> producer =
            new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, id)).get();
      TransactionDescription open = admin.describeTransactions(List.of(id)).description(id).get();
      assertThat(registry().outcome(id, open.producerId(), open.producerEpoch()))
          .as("while it is open")
          .isEqualTo(TransactionOutcome.NOT_COMMITTED);
      end.accept(producer);
      return registry().outcome(id, open.producerId(), open.producerEpoch());
    }
  }
}
