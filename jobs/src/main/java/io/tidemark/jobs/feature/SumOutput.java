package io.tidemark.jobs.feature;

import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;

/** A feature that is read off the cells of a {@link LogState} alone, as most are. Immutable. */
final class SumOutput {
  private final Kind kind;
  private final int at;
  private final FeatureColumn target;

  /** The only place of a target that takes every finite value; negative for any other target. */
  private final int column;

  /** What is read. */
  enum Kind {
    NUMBER,
    SUM,
    MEAN;

    /**
     * @param at first of the cells that it is read from
     * @return NaN where it is not defined
     */
    double read(long[] cells, int at) {
      return switch (this) {
        case NUMBER -> cells[at];
        case SUM -> EntrySums.sum(cells, at);
        case MEAN -> {
          long count = cells[at + EntrySums.COUNT];
          yield count == 0 ? Double.NaN : EntrySums.sum(cells, at) / count;
        }
      };
    }
  }

  /**
   * @param at first of the cells that it is read from
   */
  SumOutput(Kind kind, int at, FeatureColumn target) {
    this.kind = kind;
    this.at = at;
    this.target = target;
    boolean takesAll = target.columns().length == 1 && target.check() == null;
    this.column = takesAll ? target.columns()[0] : -1;
  }

  /** Fills the feature's place in a vector. */
  void put(FeatureVector vector, long[] cells, FeatureStatus status) {
    double value = kind.read(cells, at);
    if (column >= 0 && Double.isFinite(value)) {
      vector.set(column, value, status);
    } else {
      target.put(vector, value, status);
    }
  }
}
