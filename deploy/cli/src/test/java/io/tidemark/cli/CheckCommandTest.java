package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  private static final String EVENT =
      """
      apiVersion: tidemark/v2
      kind: EventContract
      metadata: {name: clicks, version: 1.0.0, owner: web, description: Clicks.}
      topic: kafka://clicks
      deadLetter: kafka://clicks_rejected
      late: kafka://clicks_late
      format: json
      id: click_id
      time: {field: at, outOfOrderness: PT10S, idleness: PT30S}
      fields:
        click_id: {type: long}
        at: {type: timestamp}
        user_id: {type: string}
      """;
  private static final String FEATURES =
      """
      apiVersion: tidemark/v2
      kind: FeatureContract
      metadata: {name: clicking, version: 1.0.0, owner: web, description: Clicks of a user.}
      entity: [user_id]
      source: kafka://clicks
      features:
        clicks_1d: {type: int, aggregate: count, window: P1D}
      """;

  @TempDir private Path folder;
  private Path event;
  private Path features;

  @BeforeEach
  void writeValidContracts() throws IOException {
    Path domain = folder.resolve("web");
    event = Files.createDirectories(domain.resolve("events")).resolve("clicks.yaml");
    features = Files.createDirectories(domain.resolve("features")).resolve("clicking.yaml");
    Files.writeString(event, EVENT);
    Files.writeString(features, FEATURES);
  }

  @Test
  void validContractsAreCountedInOneLine() {
    Execution check = Execution.of("check", folder.toString());

    assertThat(check)
        .isEqualTo(new Execution(0, "1 event, 1 feature and 0 model contracts are valid\n", ""));
  }

  @Test
  void everyProblemIsShownWithPlaceReasonAndRemedy() throws Exception {
    Files.writeString(event, EVENT.replace("type: long", "type: lnog"));
    Files.writeString(
        features, FEATURES.replace("window: P1D", "windw: P1D").replace("count", "cuont"));

    Execution check = Execution.of("check", folder.toString());

    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.err()).isEmpty();
    assertThat(check.out())
        .contains(event + ":11:", features + ":7:", "  found:  lnog\n", "  reason: ", "  remedy: ")
        .endsWith(" problems in 2 files\n");
  }

  @Test
  void missingModelFileIsAProblem() throws Exception {
    Path models = Files.createDirectories(folder.resolve("web/models"));
    Files.writeString(
        models.resolve("clicker.yaml"),
        """
        apiVersion: tidemark/v2
        kind: ModelContract
        metadata: {name: clicker, version: 1.0.0, owner: web, description: A model.}
        trigger: kafka://clicks
        artifact:
          uri: clicker/model.onnx
          sha256: "0000000000000000000000000000000000000000000000000000000000000000"
        inputs:
          - {tensor: features, type: float32, features: [clicking.clicks_1d]}
        output: {score: "probabilities[1]"}
        contracts: {clicking: 1}
        missing: default
        batch: {maxRows: 256, maxDelay: PT0.002S}
        timeout: PT0.35S
        fallback: {score: 0.0}
        """);

    Execution check = Execution.of("check", folder.toString());

    assertThat(check.out()).contains("model.onnx").endsWith("1 problem in 1 file\n");
    assertThat(check.exitCode()).isEqualTo(1);
  }

  @Test
  void missingFolderIsWrongUsage() {
    Execution check = Execution.of("check", folder.resolve("missing").toString());

    assertThat(check.exitCode()).isEqualTo(2);
    assertThat(check.err()).contains("missing: there is no such folder");
  }

  @Test
  void contractsOfTheCheckoutAreFoundFromAnyFolderInIt() throws Exception {
    Path contracts = Files.createDirectories(folder.resolve("feature-contracts/contracts"));
    Path deep = Files.createDirectories(folder.resolve("jobs/src/main"));

    assertThat(ContractsFolder.ofCheckout(folder)).contains(Path.of("feature-contracts/contracts"));
    assertThat(ContractsFolder.ofCheckout(deep))
        .contains(Path.of("../../../feature-contracts/contracts"));
    assertThat(ContractsFolder.ofCheckout(contracts)).contains(Path.of(""));
    assertThat(ContractsFolder.ofCheckout(folder.getRoot())).isEmpty();
  }
}
