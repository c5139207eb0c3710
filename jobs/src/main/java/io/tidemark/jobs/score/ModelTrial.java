package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.runtime.ProviderChoice;

/** One score of a model whose file is at hand, before a job is made of it. */
public final class ModelTrial {
  private ModelTrial() {}

  /** Whether a row of numbers is one that the model takes: not where it takes texts. */
  public static boolean isOfNumbers(ModelContract model) {
    return model.inputs().stream().noneMatch(input -> input.type() == TensorType.STRING);
  }

  /**
   * Loads a model as a job does and scores one row with it.
   *
   * @param vector a value for each of the contract's features, in tensor order; for an int64 tensor
   *     they are rounded
   * @throws InvalidModelException if the model is not what its contract says, or gives no score of
   *     the row that is finite
   */
  public static double score(ServedModel model, double[] vector) throws InvalidModelException {
    ModelContract contract = model.contract();
    InputLayout layout = InputLayout.ofItself(contract);
    LoadedModel loaded = LoadedModel.load(model, layout, ProviderChoice.CPU);
    try {
      TensorRows row = new TensorRows(layout, contract.batch().maxRows());
      if (!row.write(0, rounded(contract, vector))) {
        throw invalid(contract, "medians that its tensors can hold", "others");
      }
      double score = score(contract, loaded.engines().get(0), row);
      if (!Double.isFinite(score)) {
        throw invalid(contract, "a finite score of the baseline's medians", "" + score);
      }
      return score;
    } finally {
      loaded.close();
    }
  }

  private static double score(ModelContract contract, ScoringEngine engine, TensorRows row)
      throws InvalidModelException {
    BatchScores scores = new BatchScores(contract.batch().maxRows());
    try {
      engine.score(row, 0, 1, scores);
    } catch (Exception e) {
      throw invalid(contract, "a score of the baseline's medians", "'" + e.getMessage() + "'");
    }
    return scores.value(0);
  }

  private static double[] rounded(ModelContract contract, double[] vector) {
    double[] values = vector.clone();
    int column = 0;
    for (TensorInput input : contract.inputs()) {
      int end = column + input.features().size();
      for (; column < end; column++) {
        if (input.type() == TensorType.INT64) {
          values[column] = Math.rint(values[column]);
        }
      }
    }
    return values;
  }

  private static InvalidModelException invalid(
      ModelContract contract, String expected, String found) {
    return new InvalidModelException(
        contract,
        Refusal.MISMATCH,
        expected,
        found,
        "Score a row of the training data with the model before exporting it");
  }
}
