@NullMarked
package io.tidemark.jobs.score;

import org.jspecify.annotations.NullMarked;
