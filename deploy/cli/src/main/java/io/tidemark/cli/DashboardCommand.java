package io.tidemark.cli;

import io.tidemark.cli.dashboard.Dashboard;
import io.tidemark.cli.dashboard.GrafanaJson;
import io.tidemark.cli.dashboard.PanelsFile;
import io.tidemark.cli.output.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the Grafana dashboard. */
@Command(
    name = "dashboard",
    description = "Write the Grafana dashboard from the file that describes its panels.",
    showDefaultValues = true,
    footer = "  tidemark dashboard --panels deploy/grafana/panels.yaml --out tidemark.json")
final class DashboardCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--panels", paramLabel = "FILE", description = "YAML file to read.")
  private Path panels = Path.of("deploy", "grafana", "panels.yaml");

  @Option(names = "--out", paramLabel = "FILE", description = "JSON file to write.")
  private Path out = Path.of("deploy", "grafana", "tidemark.json");

  @Override
  public Integer call() throws IOException {
    Dashboard dashboard = PanelsFile.read(panels);
    try (OutputFile file = OutputFile.create(out)) {
      GrafanaJson.write(dashboard, file.writer());
      file.commit();
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%d panels in %s%n",
            dashboard.rows().stream().mapToInt(row -> row.panels().size()).sum(), out);
    return CommandLine.ExitCode.OK;
  }
}
