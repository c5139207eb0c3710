/**
 * The benchmark of the whole scoring job, Kafka to Kafka. The broker and the job run in processes
 * of their own, so that what each costs can be told; this process sends and receives.
 */
@NullMarked
package io.tidemark.cli.bench.pipeline;

import org.jspecify.annotations.NullMarked;
