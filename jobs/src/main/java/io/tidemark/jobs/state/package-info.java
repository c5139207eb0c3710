/**
 * What the state of a job says about itself: the manifest that each feature operator writes into
 * checkpoints and savepoints, its bytes, and what makes it unusable for a job. Belongs here:
 * nothing that computes features or reads a file; operators and the entry points both stand on it.
 */
@NullMarked
package io.tidemark.jobs.state;

import org.jspecify.annotations.NullMarked;
