package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.Fallback;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.SessionRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FallbackScorerTest {
  private static final ModelContract TREES = TestModels.trees(TestModels.batch(4));
  private static final Expected ROW = TestModels.expectedOfMlp().get(0);

  @Test
  void constantAnswersWhereThereIsNothingElse() throws Exception {
    assertThat(score(Fallback.constant(0.25), null, ROW.vector(1))).isEqualTo(0.25);
  }

  @ParameterizedTest
  @CsvSource({"700, 0.9", "3, 0.1"})
  void expressionOverTheInputsAnswers(double amount, double score) throws Exception {
    Fallback fallback = new Fallback(0.5, "features0 > 500.0 ? 0.9 : 0.1", null);
    double[] features = new double[TestModels.COLUMNS];
    features[0] = amount;

    assertThat(score(fallback, null, TestVectors.vector(1, features))).isEqualTo(score);
  }

  @Test
  void constantAnswersWhereTheExpressionGivesNoNumber() throws Exception {
    Fallback fallback = new Fallback(0.5, "features0 / 0.0 - features0 / 0.0", null);

    assertThat(score(fallback, null, ROW.vector(1))).isEqualTo(0.5);
  }

  @Test
  void secondModelAnswers() throws Exception {
    byte[] light = TestModels.bytes("mlp");
    Fallback fallback =
        new Fallback(
            0.5,
            null,
            new Fallback.Model(
                new ModelContract.Artifact("light.onnx", TestModels.sha256(light)),
                TestModels.FIFTEEN,
                TestModels.MLP_SCORE));

    assertThat(score(fallback, light, ROW.vector(1))).isCloseTo(ROW.score(), within(1e-6));
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @Test
  void constantAnswersWhereTheSecondModelGivesNoNumber() throws Exception {
    byte[] light = TestModels.bytes("log");
    Fallback fallback =
        new Fallback(
            0.5,
            null,
            new Fallback.Model(
                new ModelContract.Artifact("light.onnx", TestModels.sha256(light)),
                TestModels.FIFTEEN,
                TestModels.MLP_SCORE));
    double[] features = new double[TestModels.COLUMNS];
    features[0] = -1;

    assertThat(score(fallback, light, TestVectors.vector(1, features))).isEqualTo(0.5);
  }

  private static double score(Fallback fallback, byte[] light, FeatureVector vector)
      throws InvalidModelException {
    ModelContract contract = TestModels.withFallback(TREES, fallback);
    ServedModel model = new ServedModel(contract, new byte[0], null, light);
    try (FallbackScorer scorer =
        FallbackScorer.open(model, VectorColumns.of(TREES), TestModels::layout)) {
      return scorer.score(vector);
    }
  }
}
