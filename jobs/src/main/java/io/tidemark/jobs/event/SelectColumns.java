package io.tidemark.jobs.event;

import org.apache.flink.api.common.functions.MapFunction;

/** Makes of a vector that holds the features of several models the vector of one of them. */
public final class SelectColumns implements MapFunction<FeatureVector, FeatureVector> {
  private static final long serialVersionUID = 1L;

  private final VectorColumns from;
  private final int digest;
  private final int[] positions;

  /**
   * @param from columns of the vectors that come, of which {@code to} are some
   */
  public SelectColumns(VectorColumns from, VectorColumns to) {
    this.from = from;
    this.digest = to.digest();
    this.positions = to.positionsIn(from);
  }

  @Override
  public FeatureVector map(FeatureVector vector) {
    from.requireSame(vector);
    return vector.select(digest, positions);
  }
}
