/**
 * The jobs: what {@code flink run} starts. Each has a {@code main} that reads its settings and the
 * contracts, and a {@code define} that reads from top to bottom like the data flows.
 */
@NullMarked
package io.tidemark.jobs;

import org.jspecify.annotations.NullMarked;
