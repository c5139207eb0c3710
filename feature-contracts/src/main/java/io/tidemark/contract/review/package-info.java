/**
 * Old contracts against new ones: what a change does to models, state, tables and consumers of
 * topics, told from the contracts alone.
 *
 * <p>{@link io.tidemark.contract.review.Review} compares two sets that are each valid. Nothing here
 * reads files, runs a feature or asks a cluster: what needs that belongs to whoever calls. Where a
 * contract is read belongs in {@link io.tidemark.contract}.
 */
@NullMarked
package io.tidemark.contract.review;

import org.jspecify.annotations.NullMarked;
