package io.tidemark.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.cli.dashboard.Dashboard.Panel;
import io.tidemark.cli.dashboard.Dashboard.Query;
import io.tidemark.cli.dashboard.Dashboard.Row;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardTest {
  private static final Path FOLDER = Path.of("../grafana");

  @TempDir private Path folder;

  @Test
  void committedDashboardIsTheOneThatThePanelsGive() throws Exception {
    assertThat(Files.readString(FOLDER.resolve("tidemark.json")))
        .as("run deploy/tidemark dashboard after a change of panels.yaml")
        .isEqualTo(json(PanelsFile.read(FOLDER.resolve("panels.yaml"))));
  }

  @Test
  void panelsLieSideBySideAndNoneOnAnother() throws Exception {
    Panel panel = panel("one", "1");
    Dashboard dashboard =
        new Dashboard(
            "t",
            "u",
            "d",
            List.of(),
            List.of(
                new Row("first", List.of(panel, panel, panel, panel)),
                new Row("second", List.of(panel))));

    assertThat(numbers(json(dashboard), "x")).containsExactly(0, 0, 8, 16, 0, 0, 0);
    assertThat(numbers(json(dashboard), "y")).containsExactly(0, 1, 1, 1, 9, 17, 18);
    assertThat(numbers(json(dashboard), "id")).containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void thresholdsAreLinesFromGreenToRed() throws Exception {
    String json = json(dashboardOf(new Panel("p", "d", "s", List.of(0.15, 0.3), List.of())));

    assertThat(json).contains("\"mode\" : \"line\"");
    assertThat(json.replaceAll("\\s", ""))
        .contains(
            "[{\"color\":\"green\",\"value\":null},{\"color\":\"yellow\",\"value\":0.15},"
                + "{\"color\":\"red\",\"value\":0.3}]");
  }

  @Test
  void textIsEscaped() throws Exception {
    String json = json(dashboardOf(panel("a \"b\"", "x{l=~\"$m\"}")));

    assertThat(json).contains("a \\\"b\\\"", "x{l=~\\\"$m\\\"}");
  }

  @Test
  void everyMistakeIsToldWithItsPlace() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("panels.yaml"),
            """
            title: Tidemark
            uid: tidemark
            uid: twice
            description: ""
            variables: []
            rows:
              - title: Row
                panels:
                  - title: Panel
                    units: s
                    description: Text
                    thresholds: [high, 2, 1]
                    queries:
                      - legend: a
                  - plain
            """);

    assertThatThrownBy(() -> PanelsFile.read(file))
        .isInstanceOf(InvalidPanelsException.class)
        .hasMessage(
            """
            %1$s:3:1: 'uid' stands twice; keep one
            %1$s:4:14: 'description' is missing; write it
            %1$s:5:12: 'variables' is a list of at least one
            %1$s:9:9: 'unit' is missing; write it
            %1$s:10:9: 'units' is not known here; there are title, description, unit, thresholds, queries
            %1$s:12:22: a threshold is a number, such as 0.15
            %1$s:12:21: thresholds are [2.0, 1.0]; give one or two, ascending
            %1$s:14:13: 'expr' is missing; write it
            %1$s:15:9: a mapping is expected, with title, description, unit, thresholds, queries"""
                .formatted(file));
  }

  @Test
  void whatIsNoYamlIsToldWithItsPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("panels.yaml"), "title: a\n  uid: b\n");

    assertThatThrownBy(() -> PanelsFile.read(file))
        .isInstanceOf(InvalidPanelsException.class)
        .hasMessageStartingWith(file + ":2:6: this is not YAML: mapping values are not allowed");
  }

  private static Dashboard dashboardOf(Panel panel) {
    return new Dashboard("t", "u", "d", List.of(), List.of(new Row("r", List.of(panel))));
  }

  private static Panel panel(String title, String expression) {
    return new Panel(title, "d", "s", List.of(), List.of(new Query("l", expression)));
  }

  private static String json(Dashboard dashboard) throws IOException {
    StringWriter text = new StringWriter();
    GrafanaJson.write(dashboard, text);
    return text.toString();
  }

  /** The numbers under a name, in the order in which they stand. */
  private static List<Integer> numbers(String json, String name) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && name.equals(parser.currentName())) {
          numbers.add(parser.getIntValue());
        }
      }
    }
    return numbers;
  }
}
