/** How records leave a job: as JSON to topics, as lines to a local file. */
@NullMarked
package io.tidemark.jobs.sink;

import org.jspecify.annotations.NullMarked;
