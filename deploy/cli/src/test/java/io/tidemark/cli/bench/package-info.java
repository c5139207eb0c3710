/** Tests of the benchmarks: that they run and say what they should, never how fast anything is. */
@NullMarked
package io.tidemark.cli.bench;

import org.jspecify.annotations.NullMarked;
