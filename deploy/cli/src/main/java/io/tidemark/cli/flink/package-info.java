/** Flink in this process, for commands that run a job's graph without a cluster. */
@NullMarked
package io.tidemark.cli.flink;

import org.jspecify.annotations.NullMarked;
