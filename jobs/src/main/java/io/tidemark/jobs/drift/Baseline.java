package io.tidemark.jobs.drift;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import java.io.Serializable;
import java.util.List;

/**
 * What one version of a model saw when it was trained.
 *
 * @param features one distribution for each feature of the model
 * @param columns where each feature stands in a vector; where several tensors take it, the first
 *     place
 */
public record Baseline(
    String model,
    String version,
    List<ReferenceDistribution> features,
    List<Integer> columns,
    ReferenceDistribution score)
    implements Serializable {
  public Baseline {
    features = List.copyOf(features);
    columns = List.copyOf(columns);
    if (features.size() != columns.size()) {
      throw new IllegalArgumentException(
          features.size() + " features in " + columns.size() + " columns");
    }
  }

  /**
   * Reads the form that {@code notebooks/README.md} describes.
   *
   * @param json the file that the contract names
   * @throws InvalidBaselineException if it is not of that form, or not of this version of the model
   */
  public static Baseline read(byte[] json, ModelContract model) throws InvalidBaselineException {
    return new BaselineReader(model).read(json);
  }

  /**
   * A typical vector of the model: the median of each feature in every column that holds it.
   *
   * @param model that the baseline was read for
   */
  public double[] medians(ModelContract model) {
    List<FeatureRef> vector = model.features();
    return vector.stream()
        .mapToInt(vector::indexOf)
        .mapToDouble(column -> features.get(columns.indexOf(column)).median())
        .toArray();
  }
}
