package io.tidemark.contract;

/** The element type of a model's input tensor, by ONNX's name. */
public enum TensorType {
  FLOAT32,
  FLOAT64,
  INT64
}
