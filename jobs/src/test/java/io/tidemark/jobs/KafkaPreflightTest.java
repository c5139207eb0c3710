package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without a broker; with one see the tests of {@code deploy/cli}. */
@Timeout(60)
class KafkaPreflightTest {

  @Test
  void brokersThatDoNotAnswerAreToldInOneLine() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();

      assertThatThrownBy(() -> require(address))
          .isInstanceOf(SubmissionRefusedException.class)
          .hasMessage(
              "No Kafka broker answers at "
                  + address
                  + " within 1 s. The address is set with --bootstrap-servers or"
                  + " TIDEMARK_BOOTSTRAP_SERVERS. If it is right, see whether brokers run there and"
                  + " can be reached from here: kafka-broker-api-versions.sh --bootstrap-server "
                  + address);
    }
  }

  @Test
  void addressThatIsNoneIsToldInOneLine() {
    assertThatThrownBy(() -> require("no-such-host.invalid:9092"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageMatching(
            "The Kafka brokers at no-such-host.invalid:9092 cannot be asked: .+\\. The"
                + " address, HOST:PORT and more after commas, is set with --bootstrap-servers or"
                + " TIDEMARK_BOOTSTRAP_SERVERS");
  }

  private static void require(String bootstrapServers) throws Exception {
    KafkaPreflight.require(
        new KafkaConnection(bootstrapServers, "group", false, KafkaDelivery.atLeastOnce()),
        List.of(),
        StreamExecutionEnvironment.createLocalEnvironment().getCheckpointConfig(),
        Duration.ofSeconds(1));
  }
}
