/**
 * What has to be computed again after a change of contracts, and what that costs: how many rows,
 * how long, in which order. It is a plan; nothing here runs it.
 */
@NullMarked
package io.tidemark.cli.check.backfill;

import org.jspecify.annotations.NullMarked;
