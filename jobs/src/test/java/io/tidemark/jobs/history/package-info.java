@NullMarked
package io.tidemark.jobs.history;

import org.jspecify.annotations.NullMarked;
