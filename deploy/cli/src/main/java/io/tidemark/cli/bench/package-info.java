/**
 * Benchmarks: what the windowed features cost, next to what Flink itself costs and what else could
 * be used instead of them.
 *
 * <p>Nothing here is part of a job. Speed is measured here and asserted nowhere.
 */
@NullMarked
package io.tidemark.cli.bench;

import org.jspecify.annotations.NullMarked;
