package io.tidemark.cli.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.tidemark.cli.dashboard.Dashboard.Panel;
import io.tidemark.cli.dashboard.Dashboard.Query;
import io.tidemark.cli.dashboard.Dashboard.Row;
import io.tidemark.cli.dashboard.Dashboard.Variable;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes a dashboard in Grafana's dashboard JSON, of schema version {@value #SCHEMA_VERSION}, which
 * Grafana 10.3 and newer load and older ones mostly do. The same dashboard gives the same bytes.
 */
public final class GrafanaJson {
  private static final int SCHEMA_VERSION = 39;
  private static final int PAGE_WIDTH = 24;
  private static final int PANEL_WIDTH = 8;
  private static final int PANEL_HEIGHT = 8;
  private static final String DATA_SOURCE = "datasource";
  private static final List<String> COLOURS = List.of("green", "yellow", "red");

  private final JsonGenerator json;
  private int panels;
  private int y;

  private GrafanaJson(JsonGenerator json) {
    this.json = json;
  }

  /** Writes it with a line break at its end, and leaves the writer open. */
  public static void write(Dashboard dashboard, Writer out) throws IOException {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
      new GrafanaJson(json).write(dashboard);
    }
    out.write('\n');
  }

  private void write(Dashboard dashboard) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("annotations");
    json.writeArrayFieldStart("list");
    json.writeEndArray();
    json.writeEndObject();
    json.writeStringField("description", dashboard.description());
    json.writeBooleanField("editable", true);
    json.writeNumberField("fiscalYearStartMonth", 0);
    json.writeNumberField("graphTooltip", 1); // one crosshair over all panels
    json.writeNullField("id");
    json.writeArrayFieldStart("links");
    json.writeEndArray();
    json.writeArrayFieldStart("panels");
    for (Row row : dashboard.rows()) {
      write(row);
    }
    json.writeEndArray();
    json.writeStringField("refresh", "10s");
    json.writeNumberField("schemaVersion", SCHEMA_VERSION);
    json.writeArrayFieldStart("tags");
    json.writeString("tidemark");
    json.writeEndArray();
    writeVariables(dashboard.variables());
    json.writeObjectFieldStart("time");
    json.writeStringField("from", "now-1h");
    json.writeStringField("to", "now");
    json.writeEndObject();
    json.writeObjectFieldStart("timepicker");
    json.writeEndObject();
    json.writeStringField("timezone", "browser");
    json.writeStringField("title", dashboard.title());
    json.writeStringField("uid", dashboard.uid());
    json.writeNumberField("version", 1);
    json.writeStringField("weekStart", "");
    json.writeEndObject();
  }

  private void writeVariables(List<Variable> variables) throws IOException {
    json.writeObjectFieldStart("templating");
    json.writeArrayFieldStart("list");
    json.writeStartObject();
    json.writeStringField("name", DATA_SOURCE);
    json.writeStringField("label", "Prometheus");
    json.writeStringField("type", "datasource");
    json.writeStringField("query", "prometheus");
    json.writeNumberField("hide", 0);
    json.writeBooleanField("includeAll", false);
    json.writeBooleanField("multi", false);
    json.writeNumberField("refresh", 1);
    json.writeEndObject();
    for (Variable variable : variables) {
      write(variable);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(Variable variable) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", variable.name());
    json.writeStringField("label", variable.label());
    json.writeStringField("type", "query");
    writeDataSource();
    json.writeStringField("definition", variable.query());
    json.writeObjectFieldStart("query");
    json.writeStringField("query", variable.query());
    json.writeStringField("refId", variable.name());
    json.writeEndObject();
    json.writeStringField("allValue", ".+");
    json.writeObjectFieldStart("current");
    json.writeBooleanField("selected", true);
    json.writeStringField("text", "All");
    json.writeStringField("value", "$__all");
    json.writeEndObject();
    json.writeNumberField("hide", 0);
    json.writeBooleanField("includeAll", true);
    json.writeBooleanField("multi", true);
    json.writeNumberField("refresh", 2); // when the time range changes
    json.writeStringField("regex", "");
    json.writeNumberField("sort", 1);
    json.writeEndObject();
  }

  private void write(Row row) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("collapsed", false);
    writePosition(0, PAGE_WIDTH, 1);
    json.writeNumberField("id", ++panels);
    json.writeArrayFieldStart("panels");
    json.writeEndArray();
    json.writeStringField("title", row.title());
    json.writeStringField("type", "row");
    json.writeEndObject();
    y++;
    int x = 0;
    for (Panel panel : row.panels()) {
      if (x == PAGE_WIDTH) {
        x = 0;
        y += PANEL_HEIGHT;
      }
      write(panel, x);
      x += PANEL_WIDTH;
    }
    y += PANEL_HEIGHT;
  }

  private void write(Panel panel, int x) throws IOException {
    json.writeStartObject();
    writeDataSource();
    json.writeStringField("description", panel.description());
    writeFieldConfig(panel);
    writePosition(x, PANEL_WIDTH, PANEL_HEIGHT);
    json.writeNumberField("id", ++panels);
    writeOptions();
    json.writeArrayFieldStart("targets");
    for (int i = 0; i < panel.queries().size(); i++) {
      write(panel.queries().get(i), i);
    }
    json.writeEndArray();
    json.writeStringField("title", panel.title());
    json.writeStringField("type", "timeseries");
    json.writeEndObject();
  }

  private void writeFieldConfig(Panel panel) throws IOException {
    json.writeObjectFieldStart("fieldConfig");
    json.writeObjectFieldStart("defaults");
    json.writeObjectFieldStart("color");
    json.writeStringField("mode", "palette-classic");
    json.writeEndObject();
    json.writeObjectFieldStart("custom");
    json.writeStringField("drawStyle", "line");
    json.writeNumberField("fillOpacity", 10);
    json.writeNumberField("lineWidth", 1);
    json.writeStringField("showPoints", "never");
    json.writeObjectFieldStart("thresholdsStyle");
    json.writeStringField("mode", panel.thresholds().isEmpty() ? "off" : "line");
    json.writeEndObject();
    json.writeEndObject();
    json.writeObjectFieldStart("thresholds");
    json.writeStringField("mode", "absolute");
    json.writeArrayFieldStart("steps");
    for (int step = 0; step <= panel.thresholds().size(); step++) {
      json.writeStartObject();
      json.writeStringField("color", COLOURS.get(step));
      if (step == 0) {
        json.writeNullField("value");
      } else {
        json.writeNumberField("value", panel.thresholds().get(step - 1));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeStringField("unit", panel.unit());
    json.writeEndObject();
    json.writeArrayFieldStart("overrides");
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeOptions() throws IOException {
    json.writeObjectFieldStart("options");
    json.writeObjectFieldStart("legend");
    json.writeArrayFieldStart("calcs");
    json.writeString("lastNotNull");
    json.writeString("max");
    json.writeEndArray();
    json.writeStringField("displayMode", "table");
    json.writeStringField("placement", "bottom");
    json.writeBooleanField("showLegend", true);
    json.writeEndObject();
    json.writeObjectFieldStart("tooltip");
    json.writeStringField("mode", "multi");
    json.writeStringField("sort", "desc");
    json.writeEndObject();
    json.writeEndObject();
  }

  private void write(Query query, int index) throws IOException {
    json.writeStartObject();
    writeDataSource();
    json.writeStringField("editorMode", "code");
    json.writeStringField("expr", query.expression());
    json.writeStringField("legendFormat", query.legend());
    json.writeBooleanField("range", true);
    json.writeStringField("refId", String.valueOf((char) ('A' + index)));
    json.writeEndObject();
  }

  private void writePosition(int x, int width, int height) throws IOException {
    json.writeObjectFieldStart("gridPos");
    json.writeNumberField("h", height);
    json.writeNumberField("w", width);
    json.writeNumberField("x", x);
    json.writeNumberField("y", y);
    json.writeEndObject();
  }

  private void writeDataSource() throws IOException {
    json.writeObjectFieldStart("datasource");
    json.writeStringField("type", "prometheus");
    json.writeStringField("uid", "${" + DATA_SOURCE + "}");
    json.writeEndObject();
  }
}
