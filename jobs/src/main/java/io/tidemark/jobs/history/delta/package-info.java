/**
 * A Flink sink that appends rows to a Delta Lake table, each row once, and knows nothing of events
 * or scores.
 *
 * <h2>How a row gets into the table</h2>
 *
 * <ol>
 *   <li>Every writer subtask puts rows into Parquet files, one open file per UTC day of the row's
 *       event time, and closes all of them at each checkpoint. A file's name is random; a file is
 *       part of the table only once the table's log names it.
 *   <li>One subtask gathers the files of a checkpoint from all writers into one {@link
 *       io.tidemark.jobs.history.delta.AppendBatch}. When it starts, be it afresh, from a
 *       checkpoint or from a savepoint, it draws a random <em>epoch</em>, and numbers its batches
 *       from 1. The batch travels through the committer's state with that (application id,
 *       sequence), application id being {@code <sink id>/<epoch>}.
 *   <li>When the checkpoint is complete the committer appends the batch in one Delta transaction
 *       that also records {@code txn(application id, sequence)}. A restored batch whose sequence
 *       the table already has was committed by the process that crashed before it could say so, and
 *       is skipped.
 * </ol>
 *
 * <h2>What is guaranteed</h2>
 *
 * <ul>
 *   <li><b>Exactly once</b> through failures, restarts, stops and changes of parallelism, if the
 *       job goes on from its latest checkpoint or savepoint; also where a checkpoint is subsumed
 *       and at the end of a bounded input.
 *   <li><b>An older savepoint</b>, or a start without one, writes again what was written since:
 *       rows may be there twice, none is missing. The epoch is new, hence nothing is taken for
 *       committed that is not. So do two bounded runs over the same input append both.
 *   <li><b>Batch mode</b> has no checkpoints: where a process dies between the commit, which is the
 *       last step, and the end of the job, and the gathered files' list with it, what is run again
 *       has a new epoch and appends once more.
 *   <li><b>A write that fails</b> fails the job. Conflicts with other writers of the table are
 *       retried on a fresh snapshot with a bounded back-off, and counted.
 *   <li><b>The crash of a machine</b> empties no file that a log names: files and log entries are
 *       on the device before they count, as far as the file system can promise it. On a local disk
 *       that costs some milliseconds per file.
 *   <li><b>Visible</b> are whole checkpoints, after they are complete. A job without checkpoints
 *       shows its rows when its input ends, and never if it does not end.
 * </ul>
 *
 * <h2>What is left behind</h2>
 *
 * Files that were written and never committed, because a process died, stay under the table's
 * folder and are never read. {@code VACUUM} of any Delta engine removes them, with the usual care:
 * its retention must be longer than the time from a checkpoint to the restart from it, for a
 * savepoint may name files that are not yet committed.
 *
 * <h2>Schema</h2>
 *
 * A column that the table lacks is added to it; a column that the rows no longer have stays and is
 * null from then on; a column of another type is refused, it needs a new table.
 *
 * <h2>File systems</h2>
 *
 * Any of Hadoop's. A log entry must be created by exactly one of several writers: {@link
 * io.tidemark.jobs.history.delta.ExclusiveLogStore} says what that rests on where.
 */
@NullMarked
package io.tidemark.jobs.history.delta;

import org.jspecify.annotations.NullMarked;
