/** Tests of what a plan finds in a savepoint and how it is written. */
@NullMarked
package io.tidemark.cli.plan;

import org.jspecify.annotations.NullMarked;
