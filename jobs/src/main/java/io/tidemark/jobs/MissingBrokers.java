package io.tidemark.jobs;

import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Kafka brokers that were asked and gave no answer.
 *
 * @param bootstrapServers the address that was tried
 * @param origin what the user can set the address with, such as an option
 * @param patience how long an answer was waited for
 */
public record MissingBrokers(String bootstrapServers, String origin, Duration patience) {

  /**
   * For the user, in one line: what was tried, where the address comes from, how to check it.
   *
   * @param failure of Kafka's client, with the reason at its root
   */
  public String message(Throwable failure) {
    Throwable reason = failure;
    while (reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason instanceof TimeoutException
        ? "No Kafka broker answers at "
            + bootstrapServers
            + " within "
            + patience.toSeconds()
            + " s. The address is set with "
            + origin
            + ". If it is right, see whether brokers run there and can be reached from here:"
            + " kafka-broker-api-versions.sh --bootstrap-server "
            + bootstrapServers
        : "The Kafka brokers at "
            + bootstrapServers
            + " cannot be asked: "
            + reason.getMessage()
            + ". The address, HOST:PORT and more after commas, is set with "
            + origin;
  }
}
