package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several models in one job. */
class ScoringPlanTest {
  private static final String EVENT =
      """
      apiVersion: tidemark/v2
      kind: EventContract
      metadata: {name: %1$s, version: 1.0.0, owner: tests, description: For tests.}
      topic: kafka://%1$s
      deadLetter: kafka://%1$s_rejected
      late: kafka://%1$s_late
      format: json
      id: id
      time: {field: at, outOfOrderness: PT10S, idleness: PT30S, allowedLateness: PT0S, \
      min: 2000-01-01T00:00:00Z, maxAhead: PT1H}
      fields:
        id: {type: long}
        at: {type: timestamp}
        user: {type: string}
        amount: {type: double}
      """;
  private static final String FEATURES =
      """
      apiVersion: tidemark/v2
      kind: FeatureContract
      metadata: {name: spending, version: %s, owner: tests, description: For tests.}
      entity: [user]
      source: kafka://orders
      features:
        n_1d: {type: int, aggregate: count, window: P1D}
        sum_1d: {type: double, aggregate: sum, of: amount, window: P1D}
      """;
  private static final String MODEL =
      """
      apiVersion: tidemark/v2
      kind: ModelContract
      metadata: {name: %s, version: %s, owner: tests, description: For tests.}
      trigger: kafka://%s
      artifact: {uri: model.onnx, sha256: "%s"}
      inputs:
        - {tensor: features, type: float32, features: [%s]}
      output: {score: score}
      contracts: {%s}
      missing: default
      batch: {maxRows: 16, maxDelay: PT0.002S}
      timeout: PT1S
      fallback: {score: 0.0}
      """;

  @TempDir private Path folder;

  @Test
  void featuresOfAllModelsAreComputedOnce() throws Exception {
    model("one", "1.0.0", "orders", "amount, spending.n_1d", "spending: 1");
    model("two", "1.0.0", "orders", "spending.sum_1d, amount", "spending: 1");

    List<ScoringPlan> plans = ScoringPlan.of(contracts(), List.of("one", "two"));
    FeaturePlan features = ScoringPlan.features(plans);

    assertThat(plans).extracting(ScoringPlan::id).containsExactly("one", "two");
    assertThat(features.contracts()).hasSize(1);
    assertThat(features.columns().digest())
        .isEqualTo(List.of("amount", "spending.n_1d", "spending.sum_1d").hashCode());
  }

  @Test
  void aSecondVersionOfAModelIsToldFromTheFirst() throws Exception {
    model("one", "1.0.0", "orders", "amount", "");
    model("one", "1.1.0", "orders", "amount", "");

    assertThat(ScoringPlan.of(contracts(), List.of("one", "one@1.0.0")))
        .extracting(ScoringPlan::id)
        .containsExactly("one", "one-1.0.0");
    assertThat(ScoringPlan.of(contracts(), "one").model().metadata().version())
        .hasToString("1.1.0");
    assertThatThrownBy(() -> ScoringPlan.of(contracts(), "one@2.0.0"))
        .isInstanceOf(UnknownModelException.class)
        .hasMessage("No model contract is named 'one@2.0.0'. There are: one@1.0.0, one@1.1.0");
  }

  @Test
  void modelsThatOneJobCannotScoreAreRefusedTogether() throws Exception {
    model("one", "1.0.0", "orders", "amount, spending.n_1d", "spending: 1");
    model("two", "1.0.0", "refunds", "amount", "");
    model("three", "1.0.0", "orders", "spending.n_1d", "spending: 2");

    assertThatThrownBy(
            () -> ScoringPlan.of(contracts(), List.of("one", "two", "three", "one@1.0.0")))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessage(
            """
            Models one and two are asked by different events (kafka://orders and kafka://refunds), \
            but a job reads one. Start a job for each
            Models one and three stand on different versions of spending (1 and 2). Start a job for \
            each
            Models two and three are asked by different events (kafka://refunds and \
            kafka://orders), but a job reads one. Start a job for each
            --model one@1.0.0 is named twice. Leave one out""");
  }

  private void model(String name, String version, String trigger, String features, String contracts)
      throws IOException {
    write(
        "models/" + name + version + ".yaml",
        MODEL.formatted(name, version, trigger, "0".repeat(64), features, contracts));
  }

  private Contracts contracts() throws Exception {
    write("events/orders.yaml", EVENT.formatted("orders"));
    write("events/refunds.yaml", EVENT.formatted("refunds"));
    write("features/spending1.yaml", FEATURES.formatted("1.0.0"));
    write("features/spending2.yaml", FEATURES.formatted("2.0.0"));
    write("models/model.onnx", "never read");
    return Contracts.read(folder);
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve("shop").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
