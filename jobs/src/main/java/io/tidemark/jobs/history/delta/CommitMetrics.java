package io.tidemark.jobs.history.delta;

import io.tidemark.runtime.BucketHistogram;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of a table's commits, all with the label {@code table}:
 *
 * <ul>
 *   <li>{@code tidemark_history_rows_total}, {@code tidemark_history_bytes_total}, {@code
 *       tidemark_history_files_total}: what was committed
 *   <li>{@code tidemark_history_commits_total}: transactions
 *   <li>{@code tidemark_history_conflicts_total}: attempts that another writer was before, each
 *       tried again
 *   <li>{@code tidemark_history_commit_seconds}: from the start of a commit to its end, conflicts
 *       and pauses between them included
 * </ul>
 *
 * <p>For the task thread alone.
 */
final class CommitMetrics {
  private final Counter rows;
  private final Counter bytes;
  private final Counter files;
  private final Counter commits;
  private final Counter conflicts;
  private final BucketHistogram duration;

  CommitMetrics(MetricGroup operator, String table) {
    MetricGroup group = operator.addGroup("table", table);
    this.rows = group.counter("tidemark_history_rows_total");
    this.bytes = group.counter("tidemark_history_bytes_total");
    this.files = group.counter("tidemark_history_files_total");
    this.commits = group.counter("tidemark_history_commits_total");
    this.conflicts = group.counter("tidemark_history_conflicts_total");
    this.duration = group.histogram("tidemark_history_commit_seconds", BucketHistogram.ofLatency());
  }

  void committed(AppendBatch batch, long elapsedNanos) {
    rows.inc(batch.rows());
    bytes.inc(batch.bytes());
    files.inc(batch.files().size());
    commits.inc();
    duration.update(elapsedNanos);
  }

  void conflicted() {
    conflicts.inc();
  }
}
