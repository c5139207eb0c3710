package io.tidemark.jobs.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits Kafka's transactions, and tells one that is lost from one that was committed before.
 *
 * <p>A job that goes on from a checkpoint or a savepoint commits its transactions again, for it
 * cannot know whether it had come to that. With {@code transaction.version=2} a commit raises the
 * producer's epoch, so that the broker refuses the second one as fenced, the same as where the
 * transaction is lost; Flink's committer counts both as failed. Here the broker is asked: the same
 * producer, one epoch further and committed is what the commit of this very transaction leaves
 * behind, and nothing else does.
 *
 * <p>Used by the task thread alone.
 */
public final class TransactionCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionCommitter.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Committer<KafkaCommittable> committer;
  private final String bootstrapServers;

  /**
   * @param committer of Flink's sink
   * @param bootstrapServers of the brokers that it commits to
   */
  public TransactionCommitter(Committer<KafkaCommittable> committer, String bootstrapServers) {
    this.committer = committer;
    this.bootstrapServers = bootstrapServers;
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

  private boolean isCommitted(KafkaCommittable transaction) {
    String id = transaction.getTransactionalId();
    int millis = (int) PATIENCE.toMillis();
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            millis,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            millis);
    try (Admin admin = Admin.create(settings)) {
      TransactionDescription found = admin.describeTransactions(List.of(id)).description(id).get();
      return found.state() == TransactionState.COMPLETE_COMMIT
          && found.producerId() == transaction.getProducerId()
          && found.producerEpoch() == transaction.getEpoch() + 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | KafkaException e) {
      LOG.warn("The broker does not tell what has become of transaction {}", id, e);
      return false;
    }
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
      if (isCommitted(transaction)) {
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
