package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a local cluster's log takes of the lines of Flink's committer. */
class LocalClusterLogTest {
  private static final Path SETTINGS = Path.of("..", "deploy", "local", "log4j.properties");
  private static final String COMMITTER =
      "org.apache.flink.connector.kafka.sink.internal.KafkaCommitter";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unable to commit transaction (a-0-1) because its producer is already fenced. If this"
            + " warning appears as part of the recovery",
        "Unable to commit transaction (a-0-1) because its producer is already fenced. This means"
            + " that you either have a different producer",
        "Unable to commit transaction (a-0-1) because it's in an invalid state. Most likely"
      })
  void refusalsAreLeftOut(String line) throws Exception {
    assertThat(takes(line)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Encountered retriable exception while committing a-0-1.",
        "Transaction (a-0-1) encountered error and data has been potentially lost.",
        "Unable to commit transaction (a-0-1) because of a bug in the Kafka broker (KAFKA-9310)."
      })
  void otherLinesAreWritten(String line) throws Exception {
    assertThat(takes(line)).isTrue();
  }

  private boolean takes(String line) throws IOException {
    String settings =
        Files.readString(SETTINGS)
            .replace("${sys:log.file}", folder.resolve("task-manager.log").toString());
    try (LoggerContext context = new LoggerContext("local cluster")) {
      context.start(
          new PropertiesConfigurationFactory()
              .getConfiguration(
                  context,
                  new ConfigurationSource(new ByteArrayInputStream(settings.getBytes(UTF_8)))));
      context.getLogger(COMMITTER).warn(line);
    }
    return Files.readString(folder.resolve("task-manager.log")).contains(line);
  }
}
