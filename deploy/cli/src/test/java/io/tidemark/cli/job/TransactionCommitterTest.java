package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.sink.TransactionCommitter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a second commit of a transaction is taken for, which the broker refuses in any case. */
@Timeout(120)
class TransactionCommitterTest {
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
  void transactionThatWasCommittedIsNotLost() throws Exception {
    assertThat(again(begun("committed", KafkaProducer::commitTransaction)))
        .containsExactly("already committed");
  }

  @Test
  void transactionThatWasAbortedIsLost() throws Exception {
    assertThat(again(begun("aborted", KafkaProducer::abortTransaction)))
        .containsExactly("failed: fenced");
  }

  @Test
  void commitOfTheNextTransactionSaysNothingOfTheOneBefore() throws Exception {
    KafkaCommittable before =
        begun(
            "next",
            producer -> {
              producer.abortTransaction();
              producer.beginTransaction();
              var unused = producer.send(new ProducerRecord<>(TOPIC, "next"));
              producer.commitTransaction();
            });

    assertThat(again(before)).containsExactly("failed: fenced");
  }

  @Test
  void transactionThatTheBrokerDoesNotKnowIsLost() throws Exception {
    assertThat(again(new KafkaCommittable(7, (short) 0, "never begun", null)))
        .containsExactly("failed: fenced");
  }

  /** A transaction with a record, as a checkpoint keeps it, and then the end of it. */
  private static KafkaCommittable begun(String id, Consumer<KafkaProducer<String, String>> end)
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
      end.accept(producer);
      return new KafkaCommittable(open.producerId(), (short) open.producerEpoch(), id, null);
    }
  }

  /** What is signalled where Flink's committer is refused. */
  private static List<String> again(KafkaCommittable transaction) throws Exception {
    List<String> signals = new ArrayList<>();
    try (TransactionCommitter committer =
        new TransactionCommitter(new Refused(), kafka.bootstrapServers())) {
      committer.commit(List.of(new Request(transaction, signals)));
    }
    return signals;
  }

  /** Flink's committer in front of a broker that refuses everything. */
  private static final class Refused implements Committer<KafkaCommittable> {
    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests) {
      requests.forEach(
          request -> request.signalFailedWithKnownReason(new ProducerFencedException("fenced")));
    }

    @Override
    public void close() {}
  }

  private record Request(KafkaCommittable getCommittable, List<String> signals)
      implements Committer.CommitRequest<KafkaCommittable> {
    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      signals.add("failed: " + reason.getMessage());
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      signals.add("failed for a reason that nobody knows");
    }

    @Override
    public void retryLater() {
      signals.add("later");
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      signals.add("another one later");
    }

    @Override
    public void signalAlreadyCommitted() {
      signals.add("already committed");
    }
  }
}
