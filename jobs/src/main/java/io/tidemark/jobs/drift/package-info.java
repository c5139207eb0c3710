/**
 * How far the features and scores of a model version have moved from what the model was trained on:
 * the baseline file, counting behind the scorer, distances per window of event time.
 *
 * <p>Distances and sample sizes leave here as records and metrics; what is far enough to wake
 * somebody does not belong here, it is an alerting rule.
 */
@NullMarked
package io.tidemark.jobs.drift;

import org.jspecify.annotations.NullMarked;
