package io.tidemark.cli.dashboard;

import java.util.List;

/**
 * What a dashboard shows.
 *
 * @param uid what its address ends in; stays the same however the title changes
 * @param variables what a reader can choose, in the order in which they depend on each other
 */
public record Dashboard(
    String title, String uid, String description, List<Variable> variables, List<Row> rows) {
  public Dashboard {
    variables = List.copyOf(variables);
    rows = List.copyOf(rows);
  }

  /**
   * A choice among the values of a label, all of them at first.
   *
   * @param name as queries spell it behind a dollar sign
   * @param query in Grafana's own {@code label_values(metric, label)}
   */
  public record Variable(String name, String label, String query) {}

  /** Panels under one heading. */
  public record Row(String title, List<Panel> panels) {
    public Row {
      panels = List.copyOf(panels);
    }
  }

  /**
   * One chart over time.
   *
   * @param unit Grafana's id of the unit of all its queries
   * @param thresholds where a line is drawn, ascending; at most two
   */
  public record Panel(
      String title, String description, String unit, List<Double> thresholds, List<Query> queries) {
    public Panel {
      thresholds = List.copyOf(thresholds);
      queries = List.copyOf(queries);
    }
  }

  /**
   * The lines of one expression.
   *
   * @param legend with {@code {{label}}} for the value of a label
   * @param expression PromQL, with Grafana's variables
   */
  public record Query(String legend, String expression) {}
}
