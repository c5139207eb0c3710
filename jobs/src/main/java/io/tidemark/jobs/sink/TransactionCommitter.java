package io.tidemark.jobs.sink;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits Kafka's transactions, and tells one that is lost from one that was committed before.
 *
 * <p>A job that goes on from a checkpoint or a savepoint commits its transactions again, for it
 * cannot know whether it had come to that. The broker refuses the second commit as fenced, the same
 * as where the transaction is lost; Flink's committer counts both as failed. Here it is asked first
 * what has become of the transaction.
 *
 * <p>Used by the task thread alone.
 */
final class TransactionCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionCommitter.class);

  private final Committer<KafkaCommittable> committer;
  private final Predicate<KafkaCommittable> isCommitted;

  /**
   * @param committer of Flink's sink
   * @param isCommitted whether the brokers know a transaction as committed
   */
  TransactionCommitter(
      Committer<KafkaCommittable> committer, Predicate<KafkaCommittable> isCommitted) {
    this.committer = committer;
    this.isCommitted = isCommitted;
  }

  @Override
  public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
      throws IOException, InterruptedException {
    List<CommitRequest<KafkaCommittable>> asked = List.copyOf(requests);
    committer.commit(
        asked.stream()
            .<CommitRequest<KafkaCommittable>>map(request -> new Request(request))
            .toList());
  }

  @Override
  public void close() throws Exception {
    committer.close();
  }

  /** Passes on what Flink's committer says, but for failures that are none. */
  private final class Request implements CommitRequest<KafkaCommittable> {
    private final CommitRequest<KafkaCommittable> request;

    Request(CommitRequest<KafkaCommittable> request) {
      this.request = request;
    }

    @Override
    public KafkaCommittable getCommittable() {
      return request.getCommittable();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      KafkaCommittable transaction = request.getCommittable();
      if (isCommitted.test(transaction)) {
        LOG.info(
            "Transaction {} was committed before this start, nothing of it is lost",
            transaction.getTransactionalId());
        request.signalAlreadyCommitted();
      } else {
        LOG.error(
            "Transaction {} was not committed: for readers of committed data its records are lost."
                + " See TidemarkTransactionsLost in the runbook",
            transaction.getTransactionalId(),
            reason);
        request.signalFailedWithKnownReason(reason);
      }
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      request.signalFailedWithUnknownReason(reason);
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      request.updateAndRetryLater(committable);
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }
  }
}
