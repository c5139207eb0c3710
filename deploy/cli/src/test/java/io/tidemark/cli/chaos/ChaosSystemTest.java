package io.tidemark.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.cli.cluster.ForkedTidemark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command itself, short: one fault of each. */
@Tag("system")
@Timeout(900)
class ChaosSystemTest {
  private static final Duration PATIENCE = Duration.ofMinutes(13);

  @TempDir private Path temporary;

  @Test
  void nothingIsLostOrDoubledThoughATaskManagerTheJobManagerAndTheBrokerDie() throws Exception {
    ForkedTidemark chaos =
        ForkedTidemark.run(
            temporary,
            PATIENCE,
            List.of(
                "chaos",
                "--faults",
                "1",
                "--payments",
                "20000",
                "--minutes",
                "0.4",
                "--seed",
                "3"));

    assertThat(chaos.exit()).as(chaos.err() + chaos.out()).isZero();
    assertThat(chaos.err())
        .contains("task manager killed: taskmanager-", "job manager killed: jobmanager-1", "broker")
        .doesNotContain("kept in");
    String last = chaos.out().lines().reduce((earlier, later) -> later).orElseThrow();
    JsonNode result = new ObjectMapper().readTree(last);
    assertThat(result.path("proven").asBoolean()).isTrue();
    assertThat(result.path("faults").asInt()).isEqualTo(3);
    assertThat(result.path("lost").asInt(-1)).isZero();
    assertThat(result.path("doubled").asInt(-1)).isZero();
    assertThat(result.path("features_wrong").asInt(-1)).isZero();
    assertThat(result.path("control_duplicates").asInt()).isPositive();
  }
}
