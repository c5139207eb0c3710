/**
 * Feature values of one key: the log of its events, the windows over it, and what is read off them;
 * and the features of a row alone.
 *
 * <p>Order, lateness and the passing on of vectors belong in {@code join}.
 */
@NullMarked
package io.tidemark.jobs.feature;

import org.jspecify.annotations.NullMarked;
