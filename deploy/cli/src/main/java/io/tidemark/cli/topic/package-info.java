/**
 * Topics of a running broker as a person at a terminal sees them: files of events go in, records
 * come out as lines. What a job does between the two is none of this package's business.
 */
@NullMarked
package io.tidemark.cli.topic;

import org.jspecify.annotations.NullMarked;
