package io.tidemark.contract;

import java.util.Locale;

/** The element type of a model's input tensor, by ONNX's name. */
public enum TensorType {
  FLOAT32,
  FLOAT64,
  INT64,
  STRING;

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
