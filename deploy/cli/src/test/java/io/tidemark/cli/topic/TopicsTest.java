package io.tidemark.cli.topic;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without a broker; {@link ProduceAndConsumeTest} has one. */
@Timeout(60)
class TopicsTest {
  private static final String ORIGIN =
      "--bootstrap-servers, or is that of 'tidemark cluster status' without it";

  @Test
  void brokersThatDoNotAnswerAreToldWithWhatToLookAt() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();

      assertThatThrownBy(() -> new Topics(address).partitions("t", Duration.ofSeconds(1)))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "No Kafka broker answers at "
                  + address
                  + " within 1 s. The address is set with "
                  + ORIGIN
                  + ". If it is right, see whether brokers run there and can be reached from here:"
                  + " kafka-broker-api-versions.sh --bootstrap-server "
                  + address);
    }
  }

  @Test
  void anAddressWithoutPortIsToldWithWhatWasExpected() {
    assertThatThrownBy(() -> new Topics("localhost").partitions("t"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("The Kafka brokers at localhost cannot be asked: ")
        .hasMessageEndingWith(
            ". The address, HOST:PORT and more after commas, is set with " + ORIGIN);
  }
}
