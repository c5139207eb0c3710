@NullMarked
package io.tidemark.jobs.history.delta;

import org.jspecify.annotations.NullMarked;
