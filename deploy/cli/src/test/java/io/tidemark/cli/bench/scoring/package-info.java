/** Tests of the benchmark of scoring. */
@NullMarked
package io.tidemark.cli.bench.scoring;

import org.jspecify.annotations.NullMarked;
