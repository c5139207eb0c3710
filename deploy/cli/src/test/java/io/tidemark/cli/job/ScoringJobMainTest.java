package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.ScoringJob;
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
            "--until", "latest"
          });

      assertThat(topics.size("card_fraud_scores")).isEqualTo(200);
      assertThat(topics.size("tx_events_rejected")).isZero();
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
      })
  void wrongArgumentsAreToldInAMessage(String arguments, String message) {
    assertThatThrownBy(() -> ScoringJob.main(arguments.trim().split(" ")))
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessageContaining(message.trim());
  }
}
