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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that brokers know as committed. With {@code transaction.version=2} a commit
 * raises the producer's epoch, and so does an abort: the same producer, one epoch further and
 * committed is what the commit of this very transaction leaves behind, and nothing else does.
 *
 * @param bootstrapServers brokers as {@code host:port,…}
 */
public record CommittedTransactions(String bootstrapServers) {
  private static final Logger LOG = LoggerFactory.getLogger(CommittedTransactions.class);

  /** From the first on nothing takes the commit back; partitions may still have to learn of it. */
  private static final Set<TransactionState> COMMITTED =
      EnumSet.of(TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT);

  private static final int PATIENCE_MILLIS = (int) Duration.ofSeconds(10).toMillis();

  /**
   * Asks for one; false too where the brokers do not tell, or where the producer has begun another
   * one since.
   *
   * @param epoch that the producer had in the transaction
   */
  public boolean contains(String transactionalId, long producerId, int epoch) {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            PATIENCE_MILLIS,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            PATIENCE_MILLIS);
    try (Admin admin = Admin.create(settings)) {
      TransactionDescription found =
          admin.describeTransactions(List.of(transactionalId)).description(transactionalId).get();
      return COMMITTED.contains(found.state())
          && found.producerId() == producerId
          && found.producerEpoch() == epoch + 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | KafkaException e) {
      LOG.warn("The brokers do not tell what has become of {}", transactionalId, e);
      return false;
    }
  }
}
