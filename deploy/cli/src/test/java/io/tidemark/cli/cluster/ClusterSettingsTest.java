package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "0,1,1,1,task-managers must be from 1 to 32 but is 0",
    "1,0,1,1,slots must be from 1 to 128 but is 0",
    "1,1,33,1,job-managers must be from 1 to 32 but is 33",
    "1,1,1,0,partitions must be from 1 to 1000 but is 0",
    "1,1,2,1,job-managers 2: several need --ha"
  })
  void refusesWhatCannotBe(
      int taskManagers, int slots, int jobManagers, int partitions, String reason) {
    assertThatThrownBy(
            () ->
                new ClusterSettings(
                    taskManagers, slots, jobManagers, false, partitions, null, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(reason.replace(" but", ", but"));
  }
}
