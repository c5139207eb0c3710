/**
 * Fusion on entity keys: the trigger passes one keyed operator per entity, each adds its features.
 *
 * <p>How a feature is computed belongs in {@code feature}.
 */
@NullMarked
package io.tidemark.jobs.join;

import org.jspecify.annotations.NullMarked;
