package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardCommandTest {
  private static final Path FOLDER = Path.of("../grafana");

  @TempDir private Path folder;

  @Test
  void writesTheDashboard() {
    Path out = folder.resolve("out.json");
    Execution run = dashboard(FOLDER.resolve("panels.yaml"), out);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("panels in " + out);
    assertThat(out).hasSameTextualContentAs(FOLDER.resolve("tidemark.json"));
  }

  @Test
  void mistakesInThePanelsAreToldAndNothingIsWritten() throws IOException {
    Path panels = Files.writeString(folder.resolve("panels.yaml"), "title: Tidemark\n");
    Path out = folder.resolve("out.json");
    Execution run = dashboard(panels, out);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("tidemark dashboard: " + panels + ":1:1: 'uid' is missing")
        .doesNotContain("\tat ");
    assertThat(out).doesNotExist();
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    Execution run = dashboard(folder.resolve("no.yaml"), folder.resolve("out.json"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("no.yaml: there is no such file");
  }

  private static Execution dashboard(Path panels, Path out) {
    return Execution.of("dashboard", "--panels", panels.toString(), "--out", out.toString());
  }
}
