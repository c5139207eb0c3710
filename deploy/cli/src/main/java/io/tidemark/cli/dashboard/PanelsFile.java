package io.tidemark.cli.dashboard;

import io.tidemark.cli.dashboard.Dashboard.Panel;
import io.tidemark.cli.dashboard.Dashboard.Query;
import io.tidemark.cli.dashboard.Dashboard.Row;
import io.tidemark.cli.dashboard.Dashboard.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a dashboard from YAML; {@code deploy/grafana/panels.yaml} shows what one looks like. */
public final class PanelsFile {
  private static final int MOST_THRESHOLDS = 2;

  private final Path file;
  private final Map<Integer, String> problems = new TreeMap<>(); // by line

  private PanelsFile(Path file) {
    this.file = file;
  }

  /**
   * @throws InvalidPanelsException with everything that is wrong with the file
   */
  public static Dashboard read(Path file) throws IOException, InvalidPanelsException {
    PanelsFile reader = new PanelsFile(file);
    Node root = reader.parse();
    reader.throwProblems(); // what is no YAML is no dashboard either: once is enough
    Dashboard dashboard = reader.dashboard(root);
    reader.throwProblems();
    return dashboard;
  }

  private void throwProblems() throws InvalidPanelsException {
    if (!problems.isEmpty()) {
      throw new InvalidPanelsException(String.join("\n", problems.values()));
    }
  }

  private @Nullable Node parse() throws IOException {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file.toString()).setMaxAliasesForCollections(0).build();
    try {
      return new Compose(settings).composeString(Files.readString(file)).orElse(null);
    } catch (MarkedYamlEngineException e) {
      addProblem(e.getProblemMark(), "this is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      addProblem(Optional.empty(), "this is not YAML: " + e.getMessage());
    }
    return null;
  }

  private Dashboard dashboard(@Nullable Node node) {
    Map<String, Node> keys = keys(node, "title", "uid", "description", "variables", "rows");
    return new Dashboard(
        text(node, keys, "title"),
        text(node, keys, "uid"),
        text(node, keys, "description"),
        list(node, keys, "variables").stream().map(this::variable).toList(),
        list(node, keys, "rows").stream().map(this::row).toList());
  }

  private Variable variable(Node node) {
    Map<String, Node> keys = keys(node, "name", "label", "query");
    return new Variable(
        text(node, keys, "name"), text(node, keys, "label"), text(node, keys, "query"));
  }

  private Row row(Node node) {
    Map<String, Node> keys = keys(node, "title", "panels");
    return new Row(
        text(node, keys, "title"), list(node, keys, "panels").stream().map(this::panel).toList());
  }

  private Panel panel(Node node) {
    Map<String, Node> keys = keys(node, "title", "description", "unit", "thresholds", "queries");
    return new Panel(
        text(node, keys, "title"),
        text(node, keys, "description"),
        text(node, keys, "unit"),
        keys.containsKey("thresholds") ? thresholds(keys.get("thresholds")) : List.of(),
        list(node, keys, "queries").stream().map(this::query).toList());
  }

  private Query query(Node node) {
    Map<String, Node> keys = keys(node, "legend", "expr");
    return new Query(text(node, keys, "legend"), text(node, keys, "expr"));
  }

  private List<Double> thresholds(Node node) {
    List<Double> thresholds = new ArrayList<>();
    for (Node item : items(node, "thresholds")) {
      try {
        thresholds.add(Double.valueOf(item instanceof ScalarNode scalar ? scalar.getValue() : ""));
      } catch (NumberFormatException e) {
        addProblem(item.getStartMark(), "a threshold is a number, such as 0.15");
      }
    }
    if (thresholds.size() > MOST_THRESHOLDS
        || !thresholds.equals(thresholds.stream().sorted().toList())) {
      addProblem(
          node.getStartMark(),
          "thresholds are %s; give one or two, ascending".formatted(thresholds));
    }
    return thresholds;
  }

  private Map<String, Node> keys(@Nullable Node node, String... known) {
    Map<String, Node> keys = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      addProblem(
          node == null ? Optional.empty() : node.getStartMark(),
          "a mapping is expected, with " + String.join(", ", known));
      return keys;
    }
    for (NodeTuple entry : mapping.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!Set.of(known).contains(key)) {
        addProblem(
            entry.getKeyNode().getStartMark(),
            "'%s' is not known here; there are %s".formatted(key, String.join(", ", known)));
      } else if (keys.putIfAbsent(key, entry.getValueNode()) != null) {
        addProblem(entry.getKeyNode().getStartMark(), "'%s' stands twice; keep one".formatted(key));
      }
    }
    return keys;
  }

  private String text(@Nullable Node parent, Map<String, Node> keys, String key) {
    Node node = keys.get(key);
    if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    if (parent instanceof MappingNode) {
      addProblem(
          (node == null ? parent : node).getStartMark(),
          "'%s' is missing; write it".formatted(key));
    }
    return "";
  }

  private List<Node> list(@Nullable Node parent, Map<String, Node> keys, String key) {
    Node node = keys.get(key);
    if (node != null) {
      return items(node, key);
    }
    if (parent instanceof MappingNode) {
      addProblem(parent.getStartMark(), "'%s' is missing; write a list".formatted(key));
    }
    return List.of();
  }

  private List<Node> items(Node node, String key) {
    if (node instanceof SequenceNode sequence && !sequence.getValue().isEmpty()) {
      return sequence.getValue();
    }
    addProblem(node.getStartMark(), "'%s' is a list of at least one".formatted(key));
    return List.of();
  }

  private void addProblem(Optional<Mark> mark, String problem) {
    int line = mark.map(Mark::getLine).orElse(0) + 1;
    int column = mark.map(Mark::getColumn).orElse(0) + 1;
    problems.merge(
        line, "%s:%d:%d: %s".formatted(file, line, column, problem), (a, b) -> a + "\n" + b);
  }
}
