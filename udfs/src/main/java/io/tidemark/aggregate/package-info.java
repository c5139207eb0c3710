/**
 * What the aggregates of a contract compute, free of any engine: accumulators, their laws, their
 * error bounds.
 *
 * <p>Start at {@link io.tidemark.aggregate.AggregateSpec}: it names an aggregate and its
 * parameters, says its {@link io.tidemark.aggregate.AggregateTraits}, and makes {@link
 * io.tidemark.aggregate.Accumulator}s. All of them are {@link io.tidemark.aggregate.Mergeable};
 * those that are also {@link io.tidemark.aggregate.Invertible} follow a window with one running
 * state, the others through {@link io.tidemark.aggregate.DabaLite} over the states of its parts.
 * Values are doubles; a text enters as its {@link io.tidemark.aggregate.TextCode}. A {@link
 * io.tidemark.aggregate.Ratio} is read off two of them.
 *
 * <p>An accumulator writes its own state in a versioned form; where it lies, and windows over logs,
 * do not belong here: they are the engine's.
 */
@NullMarked
package io.tidemark.aggregate;

import org.jspecify.annotations.NullMarked;
