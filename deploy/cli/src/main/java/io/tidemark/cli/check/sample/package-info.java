/**
 * What a change of contracts does to data: both versions run over the same events, in the job's own
 * operators, and what comes out is compared row by row and as distributions.
 *
 * <p>Nothing here judges; the forms of a report are in {@link io.tidemark.cli.check}.
 */
@NullMarked
package io.tidemark.cli.check.sample;

import org.jspecify.annotations.NullMarked;
