/** Tests of what is read from savepoints, without a cluster. */
@NullMarked
package io.tidemark.jobs.savepoint;

import org.jspecify.annotations.NullMarked;
