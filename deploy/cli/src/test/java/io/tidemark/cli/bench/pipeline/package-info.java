/** Tests that the benchmark runs and says what it should, never how fast anything is. */
@NullMarked
package io.tidemark.cli.bench.pipeline;

import org.jspecify.annotations.NullMarked;
