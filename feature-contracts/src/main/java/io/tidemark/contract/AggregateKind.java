package io.tidemark.contract;

import java.util.Locale;

/**
 * The aggregates a contract can name. {@code io.tidemark.aggregate} implements each with an
 * exhaustive {@code switch}: a kind added here does not compile until it computes something.
 */
public enum AggregateKind {
  /** Number of events in the window; with {@code of}, of those where the value is present. */
  COUNT(false),
  /** Sum of the present values; 0 for an empty window. */
  SUM(true),
  /** Arithmetic mean of the present values; the feature's default for an empty window. */
  AVG(true);

  private final boolean needsColumn;

  AggregateKind(boolean needsColumn) {
    this.needsColumn = needsColumn;
  }

  /** Whether {@code of:} is required. */
  public boolean needsColumn() {
    return needsColumn;
  }

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
