package io.tidemark.cli.alert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A rule of {@code tidemark.rules.yml}, which records a series or raises an alert. */
public record Rule(Yaml yaml) {
  public static final Path FOLDER = Path.of("../prometheus");
  public static final Path FILE = FOLDER.resolve("tidemark.rules.yml");

  public static List<Rule> all() throws IOException {
    return Yaml.read(FILE)
        .get("groups")
        .items()
        .flatMap(group -> group.get("rules").items())
        .map(Rule::new)
        .toList();
  }

  public static List<Rule> alerts() throws IOException {
    return all().stream().filter(Rule::isAlert).toList();
  }

  public boolean isAlert() {
    return yaml.get("alert").isPresent();
  }

  /** Of the alert, or of the series that is recorded. */
  public String name() {
    return yaml.get(isAlert() ? "alert" : "record").text();
  }

  public String expression() {
    return yaml.get("expr").text();
  }

  public String severity() {
    return yaml.get("labels").get("severity").text();
  }

  public String annotation(String name) {
    return yaml.get("annotations").get(name).text();
  }

  /** How the runbook's headings are linked to. */
  public String runbookUrl() {
    return "deploy/prometheus/RUNBOOK.md#" + name().toLowerCase(Locale.ROOT);
  }
}
