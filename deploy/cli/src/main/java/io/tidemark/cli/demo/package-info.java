/**
 * The demo: simulated payments through a real broker and the real scoring job in this JVM, measured
 * from outside of the job, at the ends of its topics.
 */
@NullMarked
package io.tidemark.cli.demo;

import org.jspecify.annotations.NullMarked;
