@NullMarked
package io.tidemark.jobs.join;

import org.jspecify.annotations.NullMarked;
