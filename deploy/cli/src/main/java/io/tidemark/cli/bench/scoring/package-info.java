/**
 * The benchmark of scoring: what a record costs in the job beyond what raw inference takes, and how
 * long it waits for its score. Every kind of work runs in a process of its own.
 */
@NullMarked
package io.tidemark.cli.bench.scoring;

import org.jspecify.annotations.NullMarked;
