package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/**
 * An aggregate whose states can be joined, as sessions and two-phase plans do.
 *
 * @param <T> of the answer
 */
public abstract class MergingFunction<T> extends AggregatingFunction<T> {
  private static final long serialVersionUID = 1L;

  MergingFunction(AggregateKind kind) {
    super(kind);
  }

  /** Called by Flink. */
  public final void merge(RunningAggregate aggregate, Iterable<RunningAggregate> others) {
    for (RunningAggregate other : others) {
      aggregate.merge(other);
    }
  }
}
