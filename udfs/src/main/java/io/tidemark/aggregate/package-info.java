/**
 * What the aggregates of a contract compute, free of any engine: accumulators, their laws, their
 * error bounds.
 *
 * <p>State layouts, serialization and windows do not belong here; they are the engine's.
 */
@NullMarked
package io.tidemark.aggregate;

import org.jspecify.annotations.NullMarked;
