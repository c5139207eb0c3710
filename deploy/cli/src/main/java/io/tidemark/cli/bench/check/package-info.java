/** How long a check of contracts takes as people wait for it: JVM start and git included. */
@NullMarked
package io.tidemark.cli.bench.check;

import org.jspecify.annotations.NullMarked;
