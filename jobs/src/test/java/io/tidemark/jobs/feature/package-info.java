@NullMarked
package io.tidemark.jobs.feature;

import org.jspecify.annotations.NullMarked;
