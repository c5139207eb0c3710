package io.tidemark.jobs.sink;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that brokers know. With {@code transaction.version=2} a commit raises the
 * producer's epoch, and so does an abort: the same producer, one epoch further and committed is
 * what the commit of this very transaction leaves behind, and nothing else does.
 *
 * @param bootstrapServers brokers as {@code host:port,…}
 * @param patience how long to ask, in all; failures that may pass are asked again until then
 */
public record TransactionRegistry(String bootstrapServers, Duration patience) {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionRegistry.class);

  /** From the first on nothing takes the commit back; partitions may still have to learn of it. */
  private static final Set<TransactionState> COMMITTED =
      EnumSet.of(TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT);

  /** Of one request: several fit into the time in which a broker's place is taken by another. */
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(10);

  /**
   * Asks for one, and waits for the answer.
   *
   * @param epoch that the producer had in the transaction
   * @throws InterruptedException if the thread is interrupted before it comes
   */
  public TransactionOutcome outcome(String transactionalId, long producerId, int epoch)
      throws InterruptedException {
    Duration request = patience.compareTo(LONGEST_REQUEST) < 0 ? patience : LONGEST_REQUEST;
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) patience.toMillis(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) request.toMillis());
    try {
      TransactionDescription found = describe(transactionalId, settings);
      boolean isCommitted =
          COMMITTED.contains(found.state())
              && found.producerId() == producerId
              && found.producerEpoch() == epoch + 1;
      return isCommitted ? TransactionOutcome.COMMITTED : TransactionOutcome.NOT_COMMITTED;
    } catch (ExecutionException | KafkaException e) {
      if (e.getCause() instanceof TransactionalIdNotFoundException) {
        return TransactionOutcome.NOT_COMMITTED;
      }
      LOG.warn("The brokers do not tell what has become of {}", transactionalId, e);
      return TransactionOutcome.UNKNOWN;
    }
  }

  private static TransactionDescription describe(
      String transactionalId, Map<String, Object> settings)
      throws InterruptedException, ExecutionException {
    Admin admin = Admin.create(settings);
    try {
      return admin
          .describeTransactions(List.of(transactionalId))
          .description(transactionalId)
          .get();
    } finally {
      admin.close(Duration.ZERO); // where the thread is interrupted, a request is under way
    }
  }
}
