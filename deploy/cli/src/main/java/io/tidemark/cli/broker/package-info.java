/** A Kafka broker inside this JVM, for the demo and for tests. Nothing here is for production. */
@NullMarked
package io.tidemark.cli.broker;

import org.jspecify.annotations.NullMarked;
