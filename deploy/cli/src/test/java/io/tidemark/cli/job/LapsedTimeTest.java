package io.tidemark.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is tested in lapsed time is what is shipped, but for the waits. */
class LapsedTimeTest {

  @ParameterizedTest
  @CsvSource({
    "prometheus/tidemark.rules.yml, for",
    "alertmanager/alertmanager.yml, group_interval group_wait repeat_interval"
  })
  void onlyWaitsAreShorter(String file, String keys) throws IOException {
    List<String> shipped = Files.readAllLines(Path.of("..").resolve(file));
    List<String> lapsed =
        LapsedTime.of(Files.readString(Path.of("..").resolve(file))).lines().toList();

    assertThat(lapsed).hasSameSizeAs(shipped);
    TreeSet<String> changedKeys = new TreeSet<>();
    List<String> unchangedWaits = new ArrayList<>();
    for (int i = 0; i < shipped.size(); i++) {
      String key = shipped.get(i).replaceFirst(":.*", "").strip();
      if (!shipped.get(i).equals(lapsed.get(i))) {
        changedKeys.add(key);
        assertThat(lapsed.get(i)).matches(" *" + key + ": \\d+ms");
      } else if (keys.contains(key) && !key.isEmpty()) {
        unchangedWaits.add(shipped.get(i));
      }
    }
    assertThat(changedKeys).containsExactly(keys.split(" "));
    assertThat(unchangedWaits).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"5m, 15000ms", "30s, 1500ms", "24h, 4320000ms"})
  void aWaitIsATwentieth(String shipped, String lapsed) {
    assertThat(LapsedTime.of("  for: " + shipped)).isEqualTo("  for: " + lapsed);
  }
}
