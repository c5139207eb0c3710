/**
 * A Kafka cluster of one node for the demo, for local clusters and for tests: in this JVM, or as a
 * process of its own. Nothing here is for production.
 */
@NullMarked
package io.tidemark.cli.broker;

import org.jspecify.annotations.NullMarked;
