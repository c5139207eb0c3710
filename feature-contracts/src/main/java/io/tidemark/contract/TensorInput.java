package io.tidemark.contract;

import java.io.Serializable;
import java.util.List;

/** One input tensor of shape [rows, features.size()]: column i is the i-th feature. */
public record TensorInput(String tensor, TensorType type, List<FeatureRef> features)
    implements Serializable {
  public TensorInput {
    features = List.copyOf(features);
  }
}
