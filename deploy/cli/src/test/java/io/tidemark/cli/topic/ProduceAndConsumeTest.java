package io.tidemark.cli.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.EventSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProduceAndConsumeTest {
  private static final String HEADER =
      "transaction_id,tx_datetime,customer_id,terminal_id,amount,fraud\n";

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;
  private static EventSchema schema;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start();
    new Topics(kafka.bootstrapServers()).create(Set.of("tx_events", "results"), 2);
    schema = new EventSchema(Contracts.bundled().event(new TopicUri("tx_events")).orElseThrow());
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void filesBecomeRecordsOfTheContractsFields() throws Exception {
    Path january =
        file("january.csv", "1,2025-01-01T00:00:00Z,c,t,10,0\n3,2025-01-03T00:00:00Z,c,t,30,1\n");
    Path more = file("more.csv", "2,2025-01-02T00:00:00Z,c,t,20,\n");
    EventFeed feed =
        new EventFeed(
            schema, List.of(more, january), 1_000, List.of(Shift.parse("amount*1.5", schema)));

    EventFeed.Summary summary = feed.send(kafka.bootstrapServers(), silent());

    assertThat(summary.json())
        .startsWith(
            "{\"topic\":\"tx_events\",\"events\":3,\"first_time\":\"2025-01-01T00:00:00Z\","
                + "\"last_time\":\"2025-01-03T00:00:00Z\",\"seconds\":");
    assertThat(lines("tx_events", true, 3))
        .containsExactlyInAnyOrder(
            "{\"transaction_id\":1,\"tx_datetime\":\"2025-01-01T00:00:00Z\",\"customer_id\":\"c\","
                + "\"terminal_id\":\"t\",\"amount\":15.0,\"fraud\":0}",
            "{\"transaction_id\":2,\"tx_datetime\":\"2025-01-02T00:00:00Z\",\"customer_id\":\"c\","
                + "\"terminal_id\":\"t\",\"amount\":30.0}",
            "{\"transaction_id\":3,\"tx_datetime\":\"2025-01-03T00:00:00Z\",\"customer_id\":\"c\","
                + "\"terminal_id\":\"t\",\"amount\":45.0,\"fraud\":1}");
  }

  @Test
  void aRowThatDoesNotFitIsOneMessageWithItsLine() throws Exception {
    Path file = file("wrong.csv", "1,2025-01-01T00:00:00Z,c,t,ten,0\n");
    EventFeed feed = new EventFeed(schema, List.of(file), 0, List.of());

    assertThatThrownBy(() -> feed.send(kafka.bootstrapServers(), silent()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ":2: Field amount must be a number, found 'ten'");
  }

  @Test
  void whatWasNotCommittedIsReadOnlyOnDemand() throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "consume-test");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      for (String value : List.of("aborted", "committed")) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("results", 0, null, value)).get();
        if (value.equals("aborted")) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }

    assertThat(lines("results", true, 1)).containsExactly("committed");
    assertThat(lines("results", false, 2)).containsExactly("aborted", "committed");
  }

  @Test
  void aTopicThatIsNotThereIsOneMessage() {
    assertThatThrownBy(() -> lines("result", true, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no topic result; there are [results, tx_events");
  }

  private static List<String> lines(String topic, boolean committedOnly, long most)
      throws Exception {
    StringWriter out = new StringWriter();
    long count =
        new TopicLines(topic, committedOnly, null, most)
            .print(kafka.bootstrapServers(), new PrintWriter(out));
    assertThat(count).isEqualTo(most);
    return out.toString().lines().toList();
  }

  private static Path file(String name, String rows) throws IOException {
    return Files.writeString(folder.resolve(name), HEADER + rows);
  }

  private static PrintWriter silent() {
    return new PrintWriter(Writer.nullWriter());
  }
}
