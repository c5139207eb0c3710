package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxScoringEngineTest {
  private final SessionRegistry registry = SessionRegistry.ofProcess();

  @AfterEach
  void everySessionIsClosed() {
    assertThat(registry.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 256, 1024})
  void treesScoreAsXgboostDoes(int maxRows) throws Exception {
    assertScores(TestModels.trees(TestModels.batch(maxRows)), TestModels.expectedOfTrees());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 256})
  void mlpScoresAsNumpyDoes(int maxRows) throws Exception {
    assertScores(TestModels.mlp(TestModels.batch(maxRows)), TestModels.expectedOfMlp());
  }

  private void assertScores(ModelContract contract, List<Expected> expected) throws Exception {
    int maxRows = contract.batch().maxRows();
    TensorRows rows = TestModels.rows(contract);
    BatchScores scores = new BatchScores(maxRows);
    try (ScoringEngine engine = open(contract)) {
      for (int from = 0; from < expected.size(); from += maxRows) {
        List<Expected> batch = expected.subList(from, Math.min(from + maxRows, expected.size()));
        for (int row = 0; row < batch.size(); row++) {
          assertThat(rows.write(row, batch.get(row).vector(row))).isTrue();
        }
        engine.score(rows, 0, batch.size(), scores);
        for (int row = 0; row < batch.size(); row++) {
          assertThat(scores.value(row))
              .as("row %d", from + row)
              .isCloseTo(batch.get(row).score(), within(1e-6));
        }
      }
    }
  }

  @Test
  void inputsOfSeveralTypesAndADoubleOutputOfRankOne() throws Exception {
    ModelContract contract = twoInputs();
    TensorRows rows = TestModels.rows(contract);
    BatchScores scores = new BatchScores(4);
    long large = (1L << 53) - 2; // not a float32

    assertThat(rows.write(0, TestVectors.vector(0, 0.1, 0.2, 3))).isTrue();
    assertThat(rows.write(1, TestVectors.vector(1, 0, 1, (double) large))).isTrue();
    try (ScoringEngine engine = open(contract)) {
      engine.score(rows, 0, 2, scores);
    }

    assertThat(scores.value(0)).isEqualTo(0.1 + 0.2 + 3);
    assertThat(scores.value(1)).isEqualTo((1L << 53) - 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 0.5, 0x1p63})
  void valueThatIsNoInt64DoesNotFit(double value) {
    TensorRows rows = TestModels.rows(twoInputs());

    assertThat(rows.write(0, TestVectors.vector(0, 1, 1, value))).isFalse();
    assertThat(rows.write(0, TestVectors.vector(0, 1, 1, -0x1p63))).isTrue();
  }

  @Test
  void rowWithoutAnswerIsNotFinite() throws Exception {
    ModelContract contract =
        TestModels.contract("log", TestModels.FIFTEEN, TestModels.MLP_SCORE, TestModels.batch(4));
    TensorRows rows = TestModels.rows(contract);
    BatchScores scores = new BatchScores(4);
    double[] features = new double[TestModels.COLUMNS];
    features[0] = 1;
    rows.write(0, TestVectors.vector(0, features));
    features[0] = -1;
    rows.write(1, TestVectors.vector(1, features));
    try (ScoringEngine engine = open(contract)) {
      engine.score(rows, 0, 2, scores);
    }

    assertThat(scores.value(0)).isZero();
    assertThat(scores.value(1)).isNaN();
  }

  static Stream<Arguments> mismatches() {
    return Stream.of(
        mismatch(
            "mlp",
            List.of(TestModels.input("inputs", TensorType.FLOAT32, 15)),
            TestModels.MLP_SCORE,
            "expected input tensors [inputs], found [features]. Name the model's own tensors"),
        mismatch(
            "two-inputs",
            TestModels.TWO_INPUTS.subList(0, 1),
            new ScoreOutput("total", 0),
            "expected input tensors [amounts], found [amounts, counts]."),
        mismatch(
            "mlp",
            List.of(TestModels.input("features", TensorType.FLOAT64, 15)),
            TestModels.MLP_SCORE,
            "expected input features of DOUBLE[rows, 15], found FLOAT[any, 15]."),
        mismatch(
            "fourteen-columns",
            TestModels.FIFTEEN,
            TestModels.MLP_SCORE,
            "expected input features of FLOAT[rows, 15], found FLOAT[any, 14]."),
        mismatch(
            "trees",
            TestModels.FIFTEEN,
            new ScoreOutput("score", 0),
            "found outputs [label, probabilities]. Name one of these as output.score"),
        mismatch(
            "trees",
            TestModels.FIFTEEN,
            new ScoreOutput("label", 0),
            "expected output label[0] in a float or double tensor, found"
                + " TensorInfo(javaType=INT64"),
        mismatch(
            "trees",
            TestModels.FIFTEEN,
            new ScoreOutput("probabilities", 2),
            "expected output probabilities[2] in a float or double tensor, found shape [2, 2] for 2"
                + " rows."),
        mismatch(
            "two-inputs",
            TestModels.TWO_INPUTS,
            new ScoreOutput("total", 1),
            "found shape [2] for 2 rows."));
  }

  private static Arguments mismatch(
      String model, List<TensorInput> inputs, ScoreOutput output, String message) {
    return Arguments.of(
        TestModels.contract(model, inputs, output, TestModels.batch(8)), model, message);
  }

  @ParameterizedTest
  @MethodSource("mismatches")
  void modelThatIsNotItsContractsIsRefused(ModelContract contract, String model, String message) {
    assertThatThrownBy(
            () -> OnnxScoringFunction.verify(new ServedModel(contract, TestModels.bytes(model))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("Model " + model + " 1.2.0")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void modelOnnxRuntimeCannotRunIsRefused() throws Exception {
    byte[] unknownOperator =
        new String(TestModels.bytes("log"), StandardCharsets.ISO_8859_1)
            .replace("Log", "Lug")
            .getBytes(StandardCharsets.ISO_8859_1);
    ModelContract contract =
        TestModels.contract(
            "log",
            TestModels.sha256(unknownOperator),
            TestModels.FIFTEEN,
            TestModels.MLP_SCORE,
            TestModels.batch(8),
            MissingPolicy.DEFAULT);

    assertThatThrownBy(() -> OnnxScoringFunction.verify(new ServedModel(contract, unknownOperator)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("expected a model that ONNX Runtime can run, found '")
        .hasMessageContaining("Lug")
        .hasMessageNotContaining("\n");
  }

  private ScoringEngine open(ModelContract contract) throws InvalidModelException {
    return OnnxScoringEngine.open(
        contract,
        TestModels.layout(contract),
        TestModels.bytes(contract.metadata().name()),
        ProviderChoice.CPU,
        registry);
  }

  private static ModelContract twoInputs() {
    return TestModels.contract(
        "two-inputs", TestModels.TWO_INPUTS, new ScoreOutput("total", 0), TestModels.batch(4));
  }
}
