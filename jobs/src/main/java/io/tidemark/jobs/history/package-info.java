/**
 * What a job keeps: accepted events, feature vectors and scores as Delta Lake tables under one
 * folder. This package says which columns they have; {@code history.delta} writes them.
 */
@NullMarked
package io.tidemark.jobs.history;

import org.jspecify.annotations.NullMarked;
