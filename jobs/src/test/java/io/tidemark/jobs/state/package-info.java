@NullMarked
package io.tidemark.jobs.state;

import org.jspecify.annotations.NullMarked;
