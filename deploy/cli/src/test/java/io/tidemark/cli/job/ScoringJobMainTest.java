package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.ScoringJob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code flink run} calls, with the contracts and the model that are bundled. */
class ScoringJobMainTest {

  @Test
  void mainScoresATopicToItsEndWithTheBundledModel() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Topics topics = new Topics(kafka.bootstrapServers())) {
      kafka.createTopic("tx_events", 2);
      kafka.createTopic("card_fraud_scores", 1);
      kafka.createTopic("tx_events_rejected", 1);
      kafka.createTopic("tx_events_late", 1);
      kafka.createTopic("shop_drift", 1);
      List<byte[]> payments = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        payments.add(MalformedEvents.payment(i, i));
      }
      topics.sendAll("tx_events", 0, payments.subList(0, 100));
      topics.sendAll("tx_events", 1, payments.subList(100, 200));

      ScoringJob.main(
          new String[] {
            "--model", "card_fraud",
            "--bootstrap-servers", kafka.bootstrapServers(),
            "--until", "latest",
            "--drift-window", "PT1H",
            "--drift-topic", "shop_drift"
          });

      assertThat(topics.size("card_fraud_scores")).isEqualTo(200);
      assertThat(topics.size("tx_events_rejected")).isZero();
      List<String> drift =
          topics.readAll("shop_drift").stream()
              .map(report -> new String(report.value(), StandardCharsets.UTF_8))
              .toList();
      assertThat(drift).as("of 15 features and the score").hasSize(16);
      assertThat(drift)
          .allMatch(report -> report.startsWith("{\"model\":\"card_fraud\",\"model_version\":"))
          .allMatch(report -> report.contains("\"sufficient\":false,\"records\":200,"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model card_fraud | Missing required option: '--bootstrap-servers=HOST:PORT'",
        "--model card_frod --bootstrap-servers x:1 | No model contract is named 'card_frod'",
        "--model m --bootstrap-servers x:1 --order sideways | expected arrival or event-time",
        "--model m --bootstrap-servers x:1 --contracts no-such-folder | no-such-folder",
        "--model card_fraud --bootstrap-servers x:1 --no-drift --drift-topic"
            + " | --no-drift contradicts the other --drift options",
        "--model card_fraud --bootstrap-servers x:1 --drift-window PT0S"
            + " | --drift-window must be from PT0.001S to P366D, but is PT0S",
        "--model card_fraud --bootstrap-servers x:1 --drift-minimum-sample 0"
            + " | --drift-minimum-sample must be 1 or more, but is 0",
      })
  void wrongArgumentsAreToldInAMessage(String arguments, String message) {
    assertThatThrownBy(() -> ScoringJob.main(arguments.trim().split(" ")))
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessageContaining(message.trim());
  }
}
