package io.tidemark.runtime;

/** What a session runs on. */
public enum ExecutionProvider {
  CPU("cpu"),
  /** CUDA for every node that has a kernel for it; ONNX Runtime runs the others on the CPU. */
  CUDA("cuda");

  private final String label;

  ExecutionProvider(String label) {
    this.label = label;
  }

  /** The value of a metric label. */
  public String label() {
    return label;
  }
}
