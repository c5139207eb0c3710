/** Whole jobs from Kafka to Kafka. */
@NullMarked
package io.tidemark.cli.job;

import org.jspecify.annotations.NullMarked;
