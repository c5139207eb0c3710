package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.TestContracts;
import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.cli.job.MalformedEvents.Malformed;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test has topics of its own on one broker. */
@Timeout(300)
class ScoringJobOnKafkaTest {
  private static final AtomicInteger TESTS = new AtomicInteger();

  /** Longer than a busy machine stands still. */
  private static final String SHORT_IDLENESS = "PT3S";

  private static final Pattern LABEL = Pattern.compile("[{,](\\w+)=\"");

  /** Flink's scope, and what our metrics add to it: each with few values that contracts fix. */
  private static final Set<String> LABELS =
      Set.of(
          // Flink's
          "host",
          "tm_id",
          "job_id",
          "job_name",
          "task_id",
          "task_name",
          "task_attempt_id",
          "task_attempt_num",
          "operator_id",
          "operator_name",
          "subtask_index",
          // ours
          "event",
          "reason",
          "contract",
          "model",
          "version",
          "route",
          "status",
          "provider",
          "confidence_level",
          "error_type",
          "kind",
          "feature",
          "table",
          "le");

  private static EmbeddedKafka kafka;
  private static Topics topics;

  @TempDir private Path folder;

  @BeforeAll
  static void startBroker() throws IOException {
    kafka = EmbeddedKafka.start();
    topics = new Topics(kafka.bootstrapServers());
  }

  @AfterAll
  static void stopBroker() {
    try (EmbeddedKafka broker = kafka;
        Topics clients = topics) {
      assertThat(clients).isNotNull();
      assertThat(broker).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EventOrder.class,
      names = {"ARRIVAL", "EVENT_TIME"})
  void malformedEventsLeaveTheJobRunning(EventOrder order) throws Exception {
    TestTopics live = createTopics(1, SHORT_IDLENESS);
    TestTopics clean = createTopics(1, SHORT_IDLENESS);
    List<Malformed> malformed = MalformedEvents.all(0);
    assertThat(malformed).hasSizeGreaterThan(30);

    List<byte[]> first = new ArrayList<>();
    List<byte[]> good = new ArrayList<>();
    Map<Long, Malformed> malformedByOffset = new TreeMap<>();
    long seconds = 0;
    for (Malformed event : malformed) {
      seconds += 15;
      good.add(MalformedEvents.payment(good.size(), seconds));
      first.add(good.get(good.size() - 1));
      malformedByOffset.put((long) first.size(), event);
      first.add(event.value());
    }
    for (int duplicate = 0; duplicate < 2; duplicate++) {
      first.add(good.get(good.size() - 1));
    }
    // Long before the watermark, which the first ones have moved.
    List<byte[]> late =
        LongStream.range(0, 3)
            .mapToObj(i -> MalformedEvents.payment(1_000 + i, -86_400 + i))
            .toList();
    List<byte[]> onTime = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      onTime.add(MalformedEvents.payment(good.size(), seconds + 60 + i));
      good.add(onTime.get(i));
    }
    long reachedMillis = MalformedEvents.time(seconds - 11).toEpochMilli();

    try (RunningJob job = live.start(order, false)) {
      assertThat(topics.sendAll(live.events, 0, first))
          .containsExactlyElementsOf(LongStream.range(0, first.size()).boxed().toList());
      job.await(
          "the watermark has passed the malformed events",
          () -> job.metrics().watermarkMillis() >= reachedMillis);
      assertThat(job.metrics().watermarkMillis())
          .as("not moved by an event of 2100")
          .isLessThan((double) MalformedEvents.time(seconds + 60).toEpochMilli());
      topics.sendAll(live.events, 0, late);
      topics.sendAll(live.events, 0, onTime);
      job.await(
          "everything is scored", () -> topics.size(live.scores) >= good.size() + late.size());

      Map<String, Long> sent =
          malformed.stream()
              .collect(Collectors.groupingBy(Malformed::reason, Collectors.counting()));
      sent.forEach(
          (reason, count) ->
              assertThat(job.metrics().rejected(reason)).as(reason).isEqualTo(count));
      assertThat(job.metrics().count("tidemark_events_accepted_total"))
          .isEqualTo(good.size() + 2 + late.size());
      assertThat(job.metrics().count("tidemark_events_duplicate_total")).isEqualTo(2);
      assertThat(job.metrics().count("tidemark_events_late_total")).isEqualTo(late.size());
      assertLabelsAreBounded(job.metrics().ours());
    }

    topics.sendAll(clean.events, 0, good);
    try (RunningJob reference = clean.start(order, true)) {
      reference.awaitEnd();
    }
    Map<String, String> expected = scores(clean);
    assertThat(expected).hasSize(good.size());
    Map<String, String> scores = scores(live);
    for (byte[] value : late) {
      String id = String.valueOf(1_000 + late.indexOf(value));
      assertThat(scores.remove(id)).as("score of late " + id).contains("\"late\":true");
    }
    assertThat(scores).isEqualTo(expected);
    assertThat(values(live.late)).containsExactlyInAnyOrderElementsOf(texts(late));
    assertDeadLetters(live, malformedByOffset);
  }

  /** No label may ever hold what differs from event to event, such as an entity's key. */
  private static void assertLabelsAreBounded(List<String> series) {
    assertThat(series)
        .isNotEmpty()
        .noneMatch(line -> line.contains(MalformedEvents.CUSTOMER))
        .allSatisfy(
            line -> {
              if (!line.startsWith("#")) {
                assertThat(LABEL.matcher(line).results().map(label -> label.group(1)))
                    .as(line)
                    .isSubsetOf(LABELS);
              }
            })
        .as("help, found in series-help.properties")
        .noneMatch(line -> line.matches("# HELP (\\S+) \\1"));
  }

  private static void assertDeadLetters(TestTopics live, Map<Long, Malformed> malformedByOffset) {
    Map<Long, Malformed> missing = new HashMap<>(malformedByOffset);
    int duplicates = 0;
    for (ConsumerRecord<byte[], byte[]> record : topics.readAll(live.rejected)) {
      String reason = Topics.header(record, "tidemark.reason");
      assertThat(Topics.header(record, "tidemark.source.topic")).isEqualTo(live.events);
      record
          .headers()
          .forEach(
              header ->
                  assertThat(new String(header.value(), UTF_8))
                      .as(header.key())
                      .doesNotContain(MalformedEvents.CUSTOMER));
      if (record.value() != null) {
        assertThat(new String(record.value(), UTF_8)).doesNotContain(MalformedEvents.CUSTOMER);
      }
      if (reason.equals("duplicate_id")) {
        duplicates++;
        continue;
      }
      Malformed event =
          missing.remove(Long.valueOf(Topics.header(record, "tidemark.source.offset")));
      assertThat(event).as("rejected for " + reason + ", and only once").isNotNull();
      assertThat(reason).as(event.what()).isEqualTo(event.reason());
      assertThat(Topics.header(record, "tidemark.source.partition")).isEqualTo("0");
      assertThat(Topics.header(record, "tidemark.detail")).as(event.what()).isNotEmpty();
      int bytes = event.value() == null ? -1 : event.value().length;
      assertThat(Topics.header(record, "tidemark.bytes"))
          .as(event.what())
          .isEqualTo(String.valueOf(bytes));
    }
    assertThat(missing).isEmpty();
    assertThat(duplicates).isEqualTo(2);
  }

  /** One of three partitions has events, then two, one of them far behind the other. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void emptyPartitionsDoNotHoldTheTail(int partitions) throws Exception {
    TestTopics live = createTopics(3, SHORT_IDLENESS);
    for (int partition = 0; partition < partitions; partition++) {
      List<byte[]> payments = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        payments.add(MalformedEvents.payment(20 * partition + i, 3_600 * partition + i));
      }
      topics.sendAll(live.events, 2 - partition, payments);
    }

    try (RunningJob job = live.start(EventOrder.EVENT_TIME, false)) {
      job.await("all are scored", () -> topics.size(live.scores) == 20L * partitions);
    }

    assertThat(scores(live))
        .hasSize(20 * partitions)
        .allSatisfy(
            (id, score) -> assertThat(score).contains("\"late\":false", "\"outcome\":\"scored\""));
  }

  @ParameterizedTest
  @EnumSource(
      value = EventOrder.class,
      names = {"ARRIVAL", "EVENT_TIME"})
  void restoredJobLosesNothing(EventOrder order) throws Exception {
    TestTopics live = createTopics(2, "PT30S");
    TestTopics clean = createTopics(2, "PT30S");
    int count = 2_000;

    FailingOnce.FAILURES.set(0);
    try (RunningJob job =
        live.start(
            order,
            false,
            sinks ->
                new ScoringSinks(
                    null,
                    new FailingOnce(sinks.scores(), 1_500),
                    sinks.rejected(),
                    sinks.late()))) {
      sendByCustomer(live, 0, count / 2);
      job.await("half of it is scored", () -> topics.size(live.scores) >= count / 2 - 20);
      double before = job.metrics().completedCheckpoints();
      job.await(
          "a checkpoint holds that half", () -> job.metrics().completedCheckpoints() >= before + 2);
      sendByCustomer(live, count / 2, count);
      job.await("the failure", () -> FailingOnce.FAILURES.get() == 1);
      // Moves the watermark past all others.
      for (int partition = 0; partition < 2; partition++) {
        topics.sendAll(
            live.events, partition, List.of(MalformedEvents.payment(count + partition, 10_000)));
      }
      job.await(
          "all is scored",
          () ->
              topics.size(live.scores) >= count && onlyBelow(count, scores(live)).size() == count);
    }

    sendByCustomer(clean, 0, count);
    try (RunningJob reference = clean.start(order, true)) {
      reference.awaitEnd();
    }
    assertThat(onlyBelow(count, scores(live))).isEqualTo(scores(clean)).hasSize(count);
    assertThat(topics.size(live.rejected)).isZero();
    assertThat(topics.size(live.late)).isZero();
  }

  /** Each customer's payments in one partition, so that they arrive in order. */
  private static void sendByCustomer(TestTopics to, int from, int until) throws Exception {
    List<List<byte[]>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
    for (int id = from; id < until; id++) {
      partitions.get(id % 5 % 2).add(MalformedEvents.payment(id, id));
    }
    for (int partition = 0; partition < 2; partition++) {
      topics.sendAll(to.events, partition, partitions.get(partition));
    }
  }

  private static Map<String, String> onlyBelow(int id, Map<String, String> scores) {
    scores.keySet().removeIf(key -> Integer.parseInt(key) >= id);
    return scores;
  }

  /** Scores by event id; a score sent twice must be the same both times. */
  private static Map<String, String> scores(TestTopics of) {
    Map<String, String> scores = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.readAll(of.scores)) {
      String id = new String(record.key(), UTF_8);
      String score = new String(record.value(), UTF_8);
      assertThat(scores.getOrDefault(id, score)).as("score of " + id).isEqualTo(score);
      scores.put(id, score);
    }
    return scores;
  }

  private static List<String> values(String topic) {
    return topics.readAll(topic).stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  private static List<String> texts(List<byte[]> values) {
    return values.stream().map(value -> new String(value, UTF_8)).toList();
  }

  private TestTopics createTopics(int partitions, String idleness) throws Exception {
    String prefix = "test" + TESTS.incrementAndGet();
    Contracts contracts =
        TestContracts.copy(
            Files.createDirectory(folder.resolve(prefix)),
            text ->
                text.replace("kafka://", "kafka://" + prefix + "_")
                    .replace("idleness: PT30S", "idleness: " + idleness));
    TestTopics created =
        new TestTopics(
            contracts,
            prefix,
            prefix + "_tx_events",
            prefix + "_scores",
            prefix + "_tx_events_rejected",
            prefix + "_tx_events_late");
    kafka.createTopic(created.events, partitions);
    for (String topic : Stream.of(created.scores, created.rejected, created.late).toList()) {
      kafka.createTopic(topic, 1);
    }
    return created;
  }

  /** The topics of one run. */
  private record TestTopics(
      Contracts contracts,
      String name,
      String events,
      String scores,
      String rejected,
      String late) {
    RunningJob start(EventOrder order, boolean untilLatest) throws Exception {
      return start(order, untilLatest, UnaryOperator.identity());
    }

    RunningJob start(EventOrder order, boolean untilLatest, UnaryOperator<ScoringSinks> sinks)
        throws Exception {
      return RunningJob.start(
          contracts,
          new KafkaTopics(kafka.bootstrapServers(), name, scores, untilLatest),
          order,
          sinks);
    }
  }

  /** Throws in place of the score of one event, the first time it comes. */
  private static final class FailingOnce implements Sink<Score> {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private final Sink<Score> sink;
    private final long idOfFailure;

    FailingOnce(Sink<Score> sink, long idOfFailure) {
      this.sink = sink;
      this.idOfFailure = idOfFailure;
    }

    @Override
    public SinkWriter<Score> createWriter(WriterInitContext context) throws IOException {
      SinkWriter<Score> writer = sink.createWriter(context);
      return new SinkWriter<>() {
        @Override
        public void write(Score score, Context of) throws IOException, InterruptedException {
          if (score.vector().trigger().bits(0) == idOfFailure && FAILURES.compareAndSet(0, 1)) {
            throw new IOException("Injected");
          }
          writer.write(score, of);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
          writer.flush(endOfInput);
        }

        @Override
        public void close() throws Exception {
          writer.close();
        }
      };
    }
  }
}
