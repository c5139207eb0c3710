/**
 * Savepoints and retained checkpoints as files: what their metadata and the manifests in them say,
 * read on a client without a cluster. Belongs here: nothing that knows a job's graph or its
 * contracts; what becomes of the state in a job is for the entry points to say.
 */
@NullMarked
package io.tidemark.jobs.savepoint;

import org.jspecify.annotations.NullMarked;
