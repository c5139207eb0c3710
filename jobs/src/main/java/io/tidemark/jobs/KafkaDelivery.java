package io.tidemark.jobs;

import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How often a record is written to a topic when a job recovers from a failure.
 *
 * <p>At least once, records can be read at once, and one may come twice. Exactly once, records
 * since the last checkpoint belong to an open transaction: {@code read_committed} consumers see
 * them when the next checkpoint is complete, and each once. All sinks of a job are of one kind.
 *
 * @param transactionalIdPrefix unique per running job; the sink's name is added. Unused at least
 *     once
 * @param transactionTimeout after which the broker aborts a transaction that a job left open: what
 *     a checkpoint had counted as written is lost then. Unused at least once
 */
public record KafkaDelivery(
    DeliveryGuarantee guarantee, String transactionalIdPrefix, Duration transactionTimeout) {
  /** The most that brokers allow unless told otherwise. */
  public static final Duration DEFAULT_TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

  public static KafkaDelivery atLeastOnce() {
    return new KafkaDelivery(
        DeliveryGuarantee.AT_LEAST_ONCE, "unused", DEFAULT_TRANSACTION_TIMEOUT);
  }

  public static KafkaDelivery exactlyOnce(String transactionalIdPrefix, Duration timeout) {
    return new KafkaDelivery(DeliveryGuarantee.EXACTLY_ONCE, transactionalIdPrefix, timeout);
  }

  public boolean isExactlyOnce() {
    return guarantee == DeliveryGuarantee.EXACTLY_ONCE;
  }

  /**
   * @param name of the sink, unique in its job
   */
  void configure(KafkaSinkBuilder<?> sink, String name) {
    sink.setDeliveryGuarantee(guarantee);
    if (isExactlyOnce()) {
      // Names that are used once leave nothing that could hold up readers when a job is rescaled.
      sink.setTransactionalIdPrefix(transactionalIdPrefix + "-" + name)
          .setTransactionNamingStrategy(TransactionNamingStrategy.INCREMENTING)
          .setProperty(
              ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
              Long.toString(transactionTimeout.toMillis()));
    }
  }
}
