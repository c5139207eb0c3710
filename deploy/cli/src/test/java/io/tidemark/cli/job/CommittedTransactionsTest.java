package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.sink.CommittedTransactions;
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
class CommittedTransactionsTest {
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
    assertThat(isCommittedAfter("committed", KafkaProducer::commitTransaction)).isTrue();
  }

  @Test
  void transactionThatWasAbortedIsNone() throws Exception {
    assertThat(isCommittedAfter("aborted", KafkaProducer::abortTransaction)).isFalse();
  }

  @Test
  void commitOfTheNextTransactionSaysNothingOfTheOneBefore() throws Exception {
    assertThat(
            isCommittedAfter(
                "next",
                producer -> {
                  producer.abortTransaction();
                  producer.beginTransaction();
                  var unused = producer.send(new ProducerRecord<>(TOPIC, "next"));
                  producer.commitTransaction();
                }))
        .isFalse();
  }

  @Test
  void transactionThatNobodyBeganIsNone() {
    assertThat(new CommittedTransactions(kafka.bootstrapServers()).contains("never begun", 7, 0))
        .isFalse();
  }

  /** Begins a transaction, writes a record, and asks when it has come to its end. */
  private static boolean isCommittedAfter(String id, Consumer<KafkaProducer<String, String>> end)
      throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id);
    try (KafkaProducer<String, String> producer =
            new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, id)).get();
      TransactionDescription open = admin.describeTransactions(List.of(id)).description(id).get();
      CommittedTransactions committed = new CommittedTransactions(kafka.bootstrapServers());
      assertThat(committed.contains(id, open.producerId(), open.producerEpoch()))
          .as("while it is open")
          .isFalse();
      end.accept(producer);
      return committed.contains(id, open.producerId(), open.producerEpoch());
    }
  }
}
