package io.tidemark.contract;

import java.io.Serializable;
import java.util.List;

/**
 * One input tensor: column i of a row is the i-th feature.
 *
 * @param shape of a row, such as 8 steps of 3 values, written in C order: the last dimension runs
 *     fastest; empty for a plain row of all features
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
    this(tensor, type, features, List.of());
  }

  /** The shape of a row, as tensors have it. */
  public long[] rowShape() {
    return shape.isEmpty()
        ? new long[] {features.size()}
        : shape.stream().mapToLong(Integer::longValue).toArray();
  }
}
