package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.TestContracts;
import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.KafkaConnection;
import io.tidemark.jobs.KafkaDelivery;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.FeatureVector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ExactlyOnceTest {
  private static final String SCORES = "card_fraud_scores";
  private static final String REJECTED = "tx_events_rejected";

  private static final String FAILED_COMMITS =
      "flink_taskmanager_job_task_operator_failedCommittables";
  private static final String COMMITTED_AGAIN =
      "flink_taskmanager_job_task_operator_alreadyCommittedCommittables";

  /** Longer than it takes to score what a round sends. */
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);

  private static final int ROUND = 100;
  private static final int FEWEST_ROUNDS = 2;
  private static final int MOST_ROUNDS = 50;

  @TempDir private Path folder;

  /**
   * The job fails once per round, when records written since the last checkpoint are on their
   * topics. Rounds go on until such a record was seen, for a checkpoint may come in between; and
   * until a transaction was committed again, for the last checkpoint may have been of none.
   */
  @Test
  void committedReadersSeeEachRecordOnceThoughTheJobFails() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Topics topics = new Topics(kafka.bootstrapServers())) {
      kafka.createTopic("tx_events", 2);
      kafka.createTopic(SCORES, 2);
      kafka.createTopic(REJECTED, 1);
      kafka.createTopic("tx_events_late", 1);
      sendAborted(kafka);
      KafkaTopics ends =
          new KafkaTopics(
              new KafkaConnection(
                  kafka.bootstrapServers(),
                  "exactly-once",
                  false,
                  KafkaDelivery.exactlyOnce("test", Duration.ofMinutes(5))),
              SCORES,
              null);
      FailingPerRound.FAILED.clear();
      int rounds = 0;
      long committedAgain = 0;
      try (RunningJob job =
          RunningJob.start(
              TestContracts.copy(folder, text -> text),
              ends,
              EventOrder.ARRIVAL,
              sinks ->
                  new ScoringSinks(
                      new FailingPerRound(), sinks.scores(), sinks.rejected(), sinks.late()),
              CHECKPOINT_INTERVAL)) {
        while (rounds < FEWEST_ROUNDS || committedAgain == 0 || !hasDuplicates(topics)) {
          assertThat(rounds)
              .as("rounds, with %d transactions committed again", committedAgain)
              .isLessThan(MOST_ROUNDS);
          playRound(topics, job, rounds);
          rounds++;
          // What a recovery commits a second time is no loss.
          assertThat(job.metrics().exports(FAILED_COMMITS)).isTrue();
          assertThat(job.metrics().count(FAILED_COMMITS))
              .as("transactions counted as lost")
              .isZero();
          committedAgain += job.metrics().count(COMMITTED_AGAIN);
        }
      }

      Set<String> sent = new HashSet<>();
      for (long id = 0; id < (long) rounds * ROUND; id++) {
        sent.add(Long.toString(id));
      }
      assertThat(ids(topics.readCommitted(SCORES)))
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(sent);
      assertThat(topics.readCommitted(REJECTED)).as("one per round").hasSize(rounds);
      assertThat(ids(topics.readAll(SCORES))).as("the control").hasSizeGreaterThan(sent.size());
    }
  }

  private static void playRound(Topics topics, RunningJob job, int round) throws Exception {
    long first = (long) round * ROUND;
    long last = first + ROUND - 1;
    List<byte[]> events = new ArrayList<>();
    for (long id = first; id < last; id++) {
      events.add(MalformedEvents.payment(id, id));
    }
    topics.sendAll("tx_events", 0, List.of("no event".getBytes(UTF_8)));
    topics.sendAll("tx_events", 1, events);
    List<String> before = LongStream.range(first, last).mapToObj(Long::toString).toList();
    job.await("the round is scored", () -> ids(topics.readAll(SCORES)).containsAll(before));
    topics.sendAll("tx_events", 0, List.of(MalformedEvents.payment(last, last)));
    job.await("the failure", () -> FailingPerRound.FAILED.contains(last));
    job.await(
        "all is committed",
        () ->
            ids(topics.readCommitted(SCORES)).contains(Long.toString(last))
                && topics.readCommitted(REJECTED).size() > round);
  }

  private static boolean hasDuplicates(Topics topics) {
    List<String> ids = ids(topics.readAll(SCORES));
    return new HashSet<>(ids).size() < ids.size();
  }

  /** Events that their producer has taken back are none. */
  private static void sendAborted(EmbeddedKafka kafka) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "payments"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var sent =
          producer.send(new ProducerRecord<>("tx_events", 0, null, MalformedEvents.payment(-7, 0)));
      producer.flush();
      assertThat(sent).isDone();
      producer.abortTransaction();
    }
  }

  private static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  /** Stands beside the scores and throws, once, when the last event of a round comes. */
  private static final class FailingPerRound implements Sink<FeatureVector> {
    private static final long serialVersionUID = 1L;
    private static final Set<Long> FAILED = ConcurrentHashMap.newKeySet();

    @Override
    public SinkWriter<FeatureVector> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(FeatureVector vector, Context of) throws IOException {
          long id = vector.trigger().bits(0);
          if (id % ROUND == ROUND - 1 && FAILED.add(id)) {
            throw new IOException("Injected");
          }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }
  }
}
