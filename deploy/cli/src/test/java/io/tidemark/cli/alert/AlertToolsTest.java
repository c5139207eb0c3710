package io.tidemark.cli.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tools of Prometheus and Alertmanager say of the files they are given. */
@Tag("system")
class AlertToolsTest {
  private static final Path ROUTES = Path.of("../alertmanager/alertmanager.yml");

  @TempDir private Path folder;

  @Test
  void rulesAreValid() throws Exception {
    assertThat(run("promtool", "check", "rules", "tidemark.rules.yml"))
        .contains("SUCCESS: " + Rule.all().size() + " rules found");
  }

  @Test
  void everyRuleTestPasses() throws Exception {
    assertThat(run("promtool", "test", "rules", "tidemark.rules.test.yml")).contains("SUCCESS");
  }

  @Test
  void prometheusTakesItsConfiguration() throws Exception {
    assertThat(run("promtool", "check", "config", "prometheus.yml"))
        .contains("is valid prometheus config file syntax", "1 rule files found");
  }

  @Test
  void alertmanagerTakesItsConfiguration() throws Exception {
    assertThat(run("amtool", "check-config", ROUTES.toRealPath().toString())).contains("SUCCESS");
  }

  @ParameterizedTest
  @CsvSource({
    "pager, critical, TidemarkNoScores",
    "pager, critical, TidemarkFeatureDrift",
    "tickets, warning, TidemarkFeatureDrift",
    "tickets, warning, TidemarkProcessDown"
  })
  void severityDecidesWhoIsTold(String receiver, String severity, String alert) throws Exception {
    run(
        "amtool",
        "config",
        "routes",
        "test",
        "--config.file=" + ROUTES.toRealPath(),
        "--verify.receivers=" + receiver,
        "alertname=" + alert,
        "severity=" + severity);
  }

  /** Runs a tool beside the rules; fails with what it said unless it ends well. */
  private String run(String... command) throws IOException, InterruptedException {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(Rule.FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", List.of(command)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
