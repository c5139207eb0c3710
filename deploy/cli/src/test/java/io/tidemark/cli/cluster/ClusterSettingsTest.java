package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"pager", "ftp://pager", "http://", "http://pager/a b"})
  void webhookIsAUrl(String webhook) {
    assertThatThrownBy(() -> new ClusterSettings(1, 1, 1, false, 1, webhook, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("webhook must be a URL such as http://127.0.0.1:9095, but is " + webhook);
    assertThatCode(
            () -> new ClusterSettings(1, 1, 1, false, 1, "https://pager:8080/hook?a=b", Map.of()))
        .doesNotThrowAnyException();
  }
}
