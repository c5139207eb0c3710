package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.jobs.drift.Baseline;
import org.junit.jupiter.api.Test;

class ModelTrialTest {
  private static final ModelContract SUM =
      TestModels.contract(
          "two-inputs", TestModels.TWO_INPUTS, new ScoreOutput("total", 0), TestModels.batch(1));

  @Test
  void mediansOfTheBundledModelHaveAScore() throws Exception {
    Contracts contracts = Contracts.bundled();
    ModelContract model = contracts.model("card_fraud").orElseThrow();
    Baseline baseline = Baseline.read(contracts.readBaseline(model).orElseThrow(), model);

    double score = ModelTrial.score(ServedModel.read(contracts, model), baseline.medians(model));

    assertThat(score).isBetween(0.0, 1.0);
  }

  @Test
  void everyTensorGetsItsColumns() throws Exception {
    double[] vector = new double[SUM.features().size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i + 1;
    }
    double sum = vector.length * (vector.length + 1) / 2.0;

    assertThat(ModelTrial.score(new ServedModel(SUM, TestModels.bytes("two-inputs")), vector))
        .isCloseTo(sum, within(1e-9));
  }

  @Test
  void scoreThatIsNotFiniteIsRefused() {
    double[] vector = new double[SUM.features().size()];
    vector[0] = Double.NaN;

    assertThatThrownBy(
            () -> ModelTrial.score(new ServedModel(SUM, TestModels.bytes("two-inputs")), vector))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("expected a finite score of the baseline's medians, found NaN");
  }
}
