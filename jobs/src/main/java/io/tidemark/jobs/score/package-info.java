/**
 * Scoring inside the stream: vectors are gathered into micro-batches, run through a model, and
 * answered in order, by the contract's fallback where the model is slow or fails.
 *
 * <p>The model file is checked here too. How features come about does not belong here, nor does the
 * life of native sessions, which outlive a job ({@code io.tidemark.runtime}).
 */
@NullMarked
package io.tidemark.jobs.score;

import org.jspecify.annotations.NullMarked;
