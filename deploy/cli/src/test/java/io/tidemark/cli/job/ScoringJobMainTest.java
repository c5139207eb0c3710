package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.cli.TestContracts;
import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.jobs.ScoringJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code flink run} calls, with the contracts and the model that are bundled. */
class ScoringJobMainTest {
  private static final String SUM =
      """
      apiVersion: tidemark/v2
      kind: ModelContract
      metadata: {name: payment_sum, version: 2.1.0, owner: tests, description: Adds its inputs.}
      trigger: kafka://tx_events
      artifact: {uri: sum/model.onnx, sha256: "%s"}
      inputs:
        - {tensor: amounts, type: float64, features: [amount, customer_spending.avg_amount_1d]}
        - {tensor: counts, type: int64, features: [customer_spending.nb_tx_1d]}
      output: {score: total}
      contracts: {customer_spending: 2}
      baseline: sum/baseline.json
      missing: default
      batch: {maxRows: 256, maxDelay: PT0.002S}
      timeout: PT1S
      fallback: {score: 0.0}
      """;

  /** In training nothing was ever worth anything, but every customer had been there once. */
  private static final String SUM_BASELINE =
      """
      {"schema": 1, "model": "payment_sum", "version": "2.1.0", "features": [
        {"name": "amount", %1$s "values": [0]},
        {"name": "customer_spending.avg_amount_1d", %1$s "values": [0]},
        {"name": "customer_spending.nb_tx_1d", %1$s "values": [1]}],
       "score": {%1$s "values": [0]}}
      """
          .formatted(
              "\"rows\": 10, \"missing\": 0, \"below\": [0], \"upTo\": [10],"
                  + " \"edges\": [0.5], \"shares\": [1, 0],");

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

  /** The second model takes other tensors, and features that the first takes too. */
  @Test
  void everyModelThatIsNamedScoresEveryEvent(@TempDir Path folder) throws Exception {
    Path contracts = folder.resolve("contracts");
    TestContracts.copy(contracts, UnaryOperator.identity());
    Path models = contracts.resolve("card-payments/models");
    byte[] sum =
        Files.readAllBytes(Path.of("../../jobs/src/test/resources/models/two-inputs.onnx"));
    Files.write(Files.createDirectories(models.resolve("sum")).resolve("model.onnx"), sum);
    Files.writeString(models.resolve("sum/baseline.json"), SUM_BASELINE);
    Files.writeString(models.resolve("sum.yaml"), SUM.formatted(sha256(sum)));
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Topics topics = new Topics(kafka.bootstrapServers())) {
      kafka.createTopic("tx_events", 1);
      for (String topic : List.of("scores", "drift", "tx_events_rejected", "tx_events_late")) {
        kafka.createTopic(topic, 1);
      }
      List<byte[]> payments = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        payments.add(MalformedEvents.payment(i, i));
      }
      topics.sendAll("tx_events", 0, payments);
      Path history = folder.resolve("history");

      ScoringJob.main(
          new String[] {
            "--model",
            "card_fraud",
            "--model",
            "payment_sum@2.1.0",
            "--contracts",
            contracts.toString(),
            "--bootstrap-servers",
            kafka.bootstrapServers(),
            "--until",
            "latest",
            "--scores-topic",
            "scores",
            "--model-memory-mib",
            "8",
            "--drift-window",
            "PT1H",
            "--drift-topic",
            "drift",
            "--history",
            history.toString()
          });

      Map<String, JsonNode> sums = new HashMap<>();
      Map<String, JsonNode> frauds = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : topics.readAll("scores")) {
        JsonNode score = new ObjectMapper().readTree(record.value());
        String model = score.get("model").asText() + " " + score.get("model_version").asText();
        (model.equals("payment_sum 2.1.0") ? sums : frauds)
            .put(score.get("event_id").asText(), score);
      }
      assertThat(frauds).hasSize(100);
      assertThat(sums).hasSize(100);
      Map<String, DoubleSummaryStatistics> ofCustomer = new HashMap<>();
      for (int i = 0; i < 100; i++) {
        JsonNode score = sums.get(String.valueOf(i));
        JsonNode payment = new ObjectMapper().readTree(payments.get(i));
        double amount = payment.get("amount").asDouble();
        DoubleSummaryStatistics day =
            ofCustomer.computeIfAbsent(
                payment.get("customer_id").asText(), customer -> new DoubleSummaryStatistics());
        day.accept(amount);
        assertThat(score.get("score").asDouble())
            .as("amount, average of the customer's day, and how many")
            .isCloseTo(amount + day.getAverage() + day.getCount(), within(1e-9));
        assertThat(score.get("contracts").fieldNames())
            .toIterable()
            .containsExactly("customer_spending");
        assertThat(frauds.get(String.valueOf(i)).get("score").asDouble()).isBetween(0.0, 1.0);
      }
      for (String table :
          List.of(
              "events/transactions",
              "features/card_fraud",
              "scores/card_fraud",
              "features/payment_sum",
              "scores/payment_sum")) {
        assertThat(history.resolve(table).resolve("_delta_log")).isNotEmptyDirectory();
      }
      requireDriftOfEachModelFromItsOwnBaseline(topics.readAll("drift"));
    }
  }

  private static void requireDriftOfEachModelFromItsOwnBaseline(
      List<ConsumerRecord<byte[], byte[]>> reports) throws IOException {
    Map<String, Double> sum = new HashMap<>();
    Map<String, Double> fraud = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : reports) {
      JsonNode report = new ObjectMapper().readTree(record.value());
      assertThat(report.get("records").asInt()).isEqualTo(100);
      String model = report.get("model").asText() + " " + report.get("model_version").asText();
      (model.equals("payment_sum 2.1.0") ? sum : fraud)
          .put(report.get("feature").asText(), report.get("ks").asDouble());
    }
    assertThat(sum)
        .as("five customers came once, then again and again")
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "amount", 1.0,
                "customer_spending.avg_amount_1d", 1.0,
                "customer_spending.nb_tx_1d", 0.95,
                "score", 1.0));
    assertThat(fraud).as("15 features and the score").hasSize(16);
    assertThat(fraud.get("amount")).isStrictlyBetween(0.0, 1.0);
    assertThat(fraud.get("score")).isStrictlyBetween(0.0, 1.0);
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model card_fraud --model card_fraud@1.0.0 --bootstrap-servers x:1"
            + " | --model card_fraud@1.0.0 is named twice. Leave one out",
        "--model card_fraud@7.0.0 --bootstrap-servers x:1"
            + " | No model contract is named 'card_fraud@7.0.0'. There are: card_fraud@1.0.0",
        "--model card_fraud --model-memory-mib 0 --bootstrap-servers x:1"
            + " | more than the 0 MiB of --model-memory-mib. Raise it",
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
