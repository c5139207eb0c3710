package io.tidemark.jobs.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits Kafka's transactions, and tells one that is lost from one that was committed before.
 *
 * <p>A job that goes on from a checkpoint or a savepoint commits its transactions again, for it
 * cannot know whether it had come to that. The broker refuses the second commit as fenced, the same
 * as where the transaction is lost; Flink's committer counts both as failed. Here the brokers are
 * asked after a refusal what has become of the transaction. One of which they do not tell counts as
 * failed, for it may be lost.
 *
 * <p>Used by the task thread alone.
 */
final class TransactionCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionCommitter.class);

  private final Committer<KafkaCommittable> committer;
  private final Outcomes outcomes;

  /** Tells what has become of a transaction whose commit was refused. */
  interface Outcomes {
    /**
     * Waits for the answer.
     *
     * @throws InterruptedException if the thread is interrupted before it comes
     */
    TransactionOutcome of(KafkaCommittable transaction) throws InterruptedException;
  }

  /**
   * @param committer of Flink's sink
   */
  TransactionCommitter(Committer<KafkaCommittable> committer, Outcomes outcomes) {
    this.committer = committer;
    this.outcomes = outcomes;
  }

  /**
   * Commits them. Where that fails the job, what was refused and not asked for yet counts as
   * neither committed nor failed: the next start commits it again.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  @Override
  public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
      throws IOException, InterruptedException {
    List<Refusal> refusals = new ArrayList<>();
    List<CommitRequest<KafkaCommittable>> asked = List.copyOf(requests);
    committer.commit(
        asked.stream()
            .<CommitRequest<KafkaCommittable>>map(request -> new Request(request, refusals))
            .toList());
    for (Refusal refusal : refusals) {
      judge(refusal);
    }
  }

  private void judge(Refusal refusal) throws InterruptedException {
    CommitRequest<KafkaCommittable> request = refusal.request;
    String id = request.getCommittable().getTransactionalId();
    switch (outcomes.of(request.getCommittable())) {
      case COMMITTED -> {
        LOG.info("Transaction {} had been committed already, nothing of it is lost", id);
        request.signalAlreadyCommitted();
      }
      case NOT_COMMITTED -> {
        LOG.error(
            "Transaction {} was not committed: for readers of committed data its records are lost."
                + " See TidemarkTransactionsLost in the runbook",
            id,
            refusal.reason);
        request.signalFailedWithKnownReason(refusal.reason);
      }
      case UNKNOWN -> {
        LOG.error(
            "The commit of transaction {} was refused, and whether it had been committed before"
                + " could not be determined: for readers of committed data its records may be lost."
                + " See TidemarkTransactionsLost in the runbook",
            id,
            refusal.reason);
        request.signalFailedWithKnownReason(refusal.reason);
      }
    }
  }

  @Override
  public void close() throws Exception {
    committer.close();
  }

  /** A commit that failed, for what may be no loss. */
  private record Refusal(CommitRequest<KafkaCommittable> request, Throwable reason) {}

  /** Passes on what Flink's committer says, but for refusals, which it keeps. */
  private record Request(CommitRequest<KafkaCommittable> request, List<Refusal> refusals)
      implements CommitRequest<KafkaCommittable> {
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
      refusals.add(new Refusal(request, reason));
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
