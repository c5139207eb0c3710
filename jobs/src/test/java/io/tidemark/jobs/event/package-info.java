@NullMarked
package io.tidemark.jobs.event;

import org.jspecify.annotations.NullMarked;
