package io.tidemark.contract;

import java.io.Serializable;
import java.util.List;

/**
 * One input tensor: column i of a row is the i-th feature.
 *
 * @param shape of a row, such as 8 steps of 3 values; {@code [features.size()]} where the contract
 *     says nothing. A row is written in C order: the last dimension runs fastest.
 */
public record TensorInput(
    String tensor, TensorType type, List<FeatureRef> features, List<Integer> shape)
    implements Serializable {
  public TensorInput {
    features = List.copyOf(features);
    shape = List.copyOf(shape);
  }

  /** Of shape [rows, features.size()]. */
  public TensorInput(String tensor, TensorType type, List<FeatureRef> features) {
    this(tensor, type, features, List.of(features.size()));
  }

  /** The shape as tensors have it. */
  public long[] rowShape() {
    return shape.stream().mapToLong(Integer::longValue).toArray();
  }
}
