package io.tidemark.jobs.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {
  private static final ModelContract MODEL = TestBaselines.model("1.2.0", "amount", "count");
  private static final String VALID =
      """
      {"schema": 1, "model": "shop", "version": "1.2.0", "period": {"from": "a", "to": "b"},
       "features": [
        {"name": "amount", "rows": 4, "missing": 1, "mean": 1.5, "values": [0.5, 1.0, 2.0],
         "below": [0, 1, 3], "upTo": [1, 3, 4], "edges": [0.5, 1.5], "shares": [0.25, 0.5, 0.25]},
        {"name": "count", "rows": 2, "missing": 0, "values": [7], "below": [0], "upTo": [2],
         "edges": [7], "shares": [1, 0]}],
       "score": {"rows": 1, "missing": 0, "values": [0.1], "below": [0], "upTo": [1],
        "edges": [0.1], "shares": [1.0, 0.0]}}
      """;

  @Test
  void bundledBaselineIsThatOfItsModel() throws Exception {
    Contracts contracts = Contracts.bundled();
    ModelContract model = contracts.model("card_fraud").orElseThrow();

    Baseline baseline = Baseline.read(contracts.readBaseline(model).orElseThrow(), model);

    assertThat(baseline.version()).isEqualTo(model.metadata().version().toString());
    assertThat(baseline.features())
        .extracting(ReferenceDistribution::name)
        .containsExactlyElementsOf(model.features().stream().map(FeatureRef::toString).toList());
    assertThat(baseline.columns()).hasSize(15).startsWith(0, 1).endsWith(14);
  }

  @Test
  void featureOfTwoTensorsIsCountedOnce() throws Exception {
    ModelContract model = TestBaselines.model("1.2.0", "amount", "amount", "count");

    Baseline baseline = Baseline.read(VALID.getBytes(UTF_8), model);

    assertThat(baseline.columns()).containsExactly(0, 2);
  }

  @Test
  void mediansStandInEveryColumnOfTheirFeature() throws Exception {
    ModelContract model = TestBaselines.model("1.2.0", "amount", "count", "amount");

    Baseline baseline = Baseline.read(VALID.getBytes(UTF_8), model);

    assertThat(baseline.medians(model)).containsExactly(1.0, 7.0, 1.0);
  }

  @Test
  void baselineTravelsWithTheJobGraph() throws Exception {
    Baseline baseline = Baseline.read(VALID.getBytes(UTF_8), MODEL);

    Baseline copy = InstantiationUtil.clone(baseline);

    assertThat(new CellLayout(copy).digest()).isEqualTo(new CellLayout(baseline).digest());
    assertThat(copy.columns()).isEqualTo(baseline.columns());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schema\": 1 | \"schema\": 2 | schema: must be 1 (found: 2)",
        "\"schema\": 1, | '' | schema: must be 1 (found: 0)",
        "\"model\": \"shop\" | \"model\": \"shoe\" | model: must be shop (found: shoe)",
        "\"version\": \"1.2.0\" | \"version\": \"1.3.0\" | version: must be 1.2.0 (found: 1.3.0)",
        "\"name\": \"count\" | \"name\": \"sum\" | features: must be the model's, in its order:"
            + " amount, count (found: amount, sum)",
        "\"rows\": 4 | \"rows\": 5 | features.amount.upTo[2]: must be rows, 5 (found: 4)",
        "\"rows\": 4 | \"rows\": 0 | features.amount.rows: must be more than 0 (found: 0)",
        "\"missing\": 1 | \"missing\": -1 | features.amount.missing: must be 0 or more (found: -1)",
        "[0.5, 1.0, 2.0] | [0.5, 1.0] | features.amount.below: must hold 2 numbers, as many as"
            + " there are values (found: 3 numbers)",
        "[0.5, 1.0, 2.0] | [] | features.amount.values: must hold 1 to 257 numbers (found: 0"
            + " numbers)",
        "[0.5, 1.0, 2.0] | [0.5, 2.0, 2.0] | features.amount.values[2]: must be finite and ascend"
            + " (found: 2.0)",
        "[0.5, 1.0, 2.0] | [0.5, 1.0, 1e999] | features.amount.values[2]: must be finite and"
            + " ascend (found: Infinity)",
        "[0, 1, 3] | [1, 1, 3] | features.amount.below[0]: must be 0 (found: 1)",
        "[0, 1, 3] | [0, 0, 3] | features.amount.below[1]: must not be less than upTo[0]"
            + " (found: 0)",
        "[1, 3, 4] | [1, 1, 4] | features.amount.upTo[1]: must be more than below[1], 1"
            + " (found: 1)",
        "[0.5, 1.5] | [1.5, 0.5] | features.amount.edges[1]: must be finite and ascend"
            + " (found: 0.5)",
        "[0.25, 0.5, 0.25] | [0.25, 0.75] | features.amount.shares: must hold 3 numbers, as many"
            + " as there are bins (found: 2 numbers)",
        "[0.25, 0.5, 0.25] | [0.25, 0.5, 0.5] | features.amount.shares: must be 0 or more each and"
            + " 1 together (found: 1.25)",
        "\"upTo\": [1, 3, 4] | \"upTo\": [1, 3.5, 4] | line 4, column",
        "\"below\": [0, 1, 3] | \"below\": 7 | expected a list of whole numbers, found"
            + " VALUE_NUMBER_INT",
        "\"score\" | \"scare\" | score.rows: must be more than 0 (found: 0)",
        "\"mean\": 1.5 | \"mean\": NaN | line 3, column",
        "\"mean\": 1.5 | \"rows\": 4 | Duplicate field 'rows'",
      })
  void whatIsWrongIsTold(String valid, String wrong, String problem) {
    String json = VALID.replace(valid, wrong);
    assertThat(json).isNotEqualTo(VALID);

    assertThatThrownBy(() -> Baseline.read(json.getBytes(UTF_8), MODEL))
        .isInstanceOf(InvalidBaselineException.class)
        .hasMessageStartingWith(
            "Model shop 1.2.0: its baseline shop/1.2.0/baseline.json cannot be used:")
        .hasMessageContaining(problem)
        .hasMessageEndingWith(
            "Write it again with the notebook that trained the model, or run with --no-drift.");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    String json = VALID.replace("\"rows\": 4", "\"rows\": 9").replace("\"shop\"", "\"x\"");

    InvalidBaselineException refused =
        catchThrowableOfType(
            InvalidBaselineException.class, () -> Baseline.read(json.getBytes(UTF_8), MODEL));

    assertThat(refused.getMessage().lines()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | found nothing",
        "[] | expected an object",
        "{} {} | nothing behind",
        "{ | end-of-input"
      })
  void whatIsNoObjectIsRefused(String json, String problem) {
    assertThatThrownBy(() -> Baseline.read(json.getBytes(UTF_8), MODEL))
        .isInstanceOf(InvalidBaselineException.class)
        .hasMessageContaining(problem);
  }

  /** What this test writes is what the notebooks write, up to the last digit of what is counted. */
  @Test
  void writerOfTheTestsAgreesWithAHandMadeDistribution() {
    String json =
        TestBaselines.json(
            TestBaselines.model("1.0.0"), List.of(), new double[] {3, 1, 2, 2, Double.NaN});

    assertThat(json)
        .contains("\"rows\": 4, \"missing\": 1, \"values\": [1.0, 2.0, 3.0]")
        .contains("\"below\": [0, 1, 3], \"upTo\": [1, 3, 4]")
        .contains("\"edges\": [1.3, 1.6, 1.9, 2.0, 2.0999999999999996, 2.4000000000000004, 2.7]");
  }
}
