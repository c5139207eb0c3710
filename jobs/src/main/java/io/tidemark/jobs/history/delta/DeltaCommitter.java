package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends each batch in a transaction of its own, unless the table already has it.
 *
 * <p>Whether it has costs reading the whole log, so it is asked only where somebody else may have
 * committed: at the first batch of an application, and whenever the table is not as this committer
 * left it. Since a transaction succeeds only on the version that it has read, no other process, not
 * even one that was believed dead, can slip the same batch in between.
 */
final class DeltaCommitter implements Committer<AppendBatch> {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaCommitter.class);
  private static final Comparator<CommitRequest<AppendBatch>> ORDER =
      Comparator.comparing(
              (CommitRequest<AppendBatch> request) -> request.getCommittable().applicationId())
          .thenComparingLong(request -> request.getCommittable().sequence());

  private final String table;
  private final TableLog log;
  private final Backoff backoff;
  private final CommitMetrics metrics;

  /** Last sequence in the table by application, as of {@link #knownVersion}. */
  private final Map<String, Long> sequences = new HashMap<>();

  private long knownVersion = Long.MIN_VALUE;

  DeltaCommitter(String table, TableLog log, Backoff backoff, CommitMetrics metrics) {
    this.table = table;
    this.log = log;
    this.backoff = backoff;
    this.metrics = metrics;
  }

  @Override
  public void commit(Collection<CommitRequest<AppendBatch>> requests)
      throws IOException, InterruptedException {
    List<CommitRequest<AppendBatch>> inOrder = requests.stream().sorted(ORDER).toList();
    for (CommitRequest<AppendBatch> request : inOrder) {
      if (!append(request.getCommittable())) {
        request.signalAlreadyCommitted();
      }
    }
  }

  /** Returns whether this call appended the batch; false if the table had it before. */
  private boolean append(AppendBatch batch) throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      try {
        TableLog.Transaction transaction = log.begin();
        if (lastSequence(transaction, batch.applicationId()) >= batch.sequence()) {
          LOG.info("{} already has batch {} of {}", table, batch.sequence(), batch.applicationId());
          return false;
        }
        TableSchema existing = transaction.schema();
        TableSchema schema =
            existing == null ? batch.schema() : existing.with(batch.schema(), table);
        knownVersion = transaction.commit(batch, schema);
        sequences.put(batch.applicationId(), batch.sequence());
        metrics.committed(batch, System.nanoTime() - start);
        return true;
      } catch (ConflictException e) {
        metrics.conflicted();
        if (!backoff.pauseAfter(attempt)) {
          throw new IOException(
              "Delta table "
                  + table
                  + ": "
                  + attempt
                  + " times in a row another writer committed first. Fewer writers, or longer"
                  + " checkpoint intervals, leave room for each",
              e);
        }
      }
    }
  }

  private long lastSequence(TableLog.Transaction transaction, String applicationId) {
    if (transaction.version() != knownVersion) {
      sequences.clear();
      knownVersion = transaction.version();
    }
    return sequences.computeIfAbsent(applicationId, transaction::lastSequence);
  }

  @Override
  public void close() {}
}
