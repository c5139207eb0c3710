@NullMarked
package io.tidemark.jobs.drift;

import org.jspecify.annotations.NullMarked;
