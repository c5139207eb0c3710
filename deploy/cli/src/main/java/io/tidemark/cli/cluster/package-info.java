/**
 * A Flink cluster and what it needs as real processes on the loopback interface: their
 * configuration, the supervisor that starts them again when they die, and the file that says where
 * everything is. What the processes do, and what runs on them, is none of this package's business.
 */
@NullMarked
package io.tidemark.cli.cluster;

import org.jspecify.annotations.NullMarked;
