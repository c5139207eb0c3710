package io.tidemark.runtime;

/** Which execution provider a job asks for. Where CUDA cannot be had, the CPU stands in. */
public enum ProviderChoice {
  /** CUDA where the GPU build of ONNX Runtime is on the class path, else the CPU. */
  AUTO,
  CPU,
  CUDA
}
