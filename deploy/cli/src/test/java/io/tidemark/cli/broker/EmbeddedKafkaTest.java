package io.tidemark.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void recordsSentPlainlyAndInATransactionAreRead() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopic("plain", 2);
      kafka.createTopic("transactional", 2);
      List<String> values = IntStream.range(0, 1_000).mapToObj(i -> "value " + i).toList();

      try (KafkaProducer<String, String> producer = producer(kafka, Map.of())) {
        send(producer, "plain", values);
      }
      try (KafkaProducer<String, String> producer =
          producer(kafka, Map.of("transactional.id", "test"))) {
        producer.initTransactions();
        producer.beginTransaction();
        send(producer, "transactional", List.of("aborted"));
        producer.abortTransaction();
        producer.beginTransaction();
        send(producer, "transactional", values);
        producer.commitTransaction();
      }

      assertThat(read(kafka, "plain", 1_000, "read_committed"))
          .containsExactlyInAnyOrderElementsOf(values);
      assertThat(read(kafka, "transactional", 1_000, "read_committed"))
          .containsExactlyInAnyOrderElementsOf(values);
      assertThat(read(kafka, "transactional", 1_001, "read_uncommitted")).contains("aborted");
    }
  }

  @Test
  void transactionsOfTheSecondVersionAreOn() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();

      assertThat(features.get("transaction.version").maxVersionLevel()).isEqualTo((short) 2);
    }
  }

  @Test
  void twoBrokersSideBySideKeepApart() throws Exception {
    try (EmbeddedKafka first = EmbeddedKafka.start();
        EmbeddedKafka second = EmbeddedKafka.start()) {
      for (EmbeddedKafka kafka : List.of(first, second)) {
        kafka.createTopic("events", 1);
        try (KafkaProducer<String, String> producer = producer(kafka, Map.of())) {
          send(producer, "events", List.of(kafka.bootstrapServers()));
        }
      }

      assertThat(first.bootstrapServers()).isNotEqualTo(second.bootstrapServers());
      assertThat(read(first, "events", 1, "read_committed"))
          .containsExactly(first.bootstrapServers());
      assertThat(read(second, "events", 1, "read_committed"))
          .containsExactly(second.bootstrapServers());
    }
  }

  @Test
  void existingTopicIsNotCreatedAgain() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopic("events", 1);

      assertThatThrownBy(() -> kafka.createTopic("events", 1))
          .hasMessage("Topic events was not created")
          .hasRootCauseMessage("Topic 'events' already exists.");
    }
  }

  @Test
  void closingLeavesNoFolderAndNoThread() throws Exception {
    // The first broker of a JVM starts threads for its metrics that serve all brokers after it.
    EmbeddedKafka.start().close();
    Set<Thread> threadsBefore = liveThreads();

    EmbeddedKafka kafka = EmbeddedKafka.start();
    Set<Thread> started = new HashSet<>(liveThreads());
    started.removeAll(threadsBefore);
    assertThat(kafka.folder()).isDirectory();
    kafka.close();
    kafka.close();

    assertThat(kafka.folder()).doesNotExist();
    assertThat(started).isNotEmpty();
    for (Thread thread : started) {
      thread.join(PATIENCE.toMillis());
      assertThat(thread.isAlive()).as("%s is alive", thread.getName()).isFalse();
    }
  }

  private static Set<Thread> liveThreads() {
    return Thread.getAllStackTraces().keySet();
  }

  private static KafkaProducer<String, String> producer(
      EmbeddedKafka kafka, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static void send(
      KafkaProducer<String, String> producer, String topic, List<String> values) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String value : values) {
      sent.add(producer.send(new ProducerRecord<>(topic, value, value)));
    }
    for (Future<RecordMetadata> record : sent) {
      record.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static List<String> read(
      EmbeddedKafka kafka, String topic, int count, String isolationLevel) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.id",
            isolationLevel,
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            isolationLevel);
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < deadlineNanos) {
        consumer.poll(Duration.ofMillis(200)).forEach(r -> values.add(r.value()));
      }
    }
    return values;
  }
}
