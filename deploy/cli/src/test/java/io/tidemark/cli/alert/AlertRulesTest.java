package io.tidemark.cli.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules, their tests, the runbook and the routes belong together, and none is forgotten. */
class AlertRulesTest {
  private static final Path TESTS = Rule.FOLDER.resolve("tidemark.rules.test.yml");
  private static final Path RUNBOOK = Rule.FOLDER.resolve("RUNBOOK.md");
  private static final Path ROUTES = Path.of("../alertmanager/alertmanager.yml");
  private static final Path SERIES =
      Path.of("../runtime/src/main/resources/io/tidemark/runtime/series-help.properties");

  @Test
  void alertsSayWhatAPersonNeeds() throws IOException {
    assertThat(Rule.alerts())
        .isNotEmpty()
        .allSatisfy(
            alert -> {
              assertThat(alert.name()).matches("Tidemark([A-Z][a-z]+)+");
              assertThat(alert.severity()).isIn("warning", "critical");
              assertThat(alert.yaml().get("for").text()).as(alert.name()).matches("[1-9]\\d*m");
              assertThat(alert.annotation("summary")).as(alert.name()).isNotBlank();
              assertThat(alert.annotation("description")).as(alert.name()).isNotBlank();
              assertThat(alert.annotation("runbook_url")).isEqualTo(alert.runbookUrl());
            });
  }

  @Test
  void recordedSeriesAreNamedByLevelMetricAndOperation() throws IOException {
    assertThat(Rule.all())
        .filteredOn(Predicate.not(Rule::isAlert))
        .isNotEmpty()
        .allSatisfy(rule -> assertThat(rule.name()).matches("[a-z_]+:tidemark_\\w+:\\w+"));
  }

  @Test
  void driftCarriesWhatATicketNeeds() throws IOException {
    assertThat(Rule.alerts())
        .filteredOn(alert -> alert.name().equals("TidemarkFeatureDrift"))
        .extracting(Rule::severity)
        .containsExactly("warning", "critical");
    assertThat(Rule.alerts())
        .filteredOn(alert -> alert.name().equals("TidemarkFeatureDrift"))
        .allSatisfy(
            alert ->
                assertThat(alert.yaml().get("annotations").entries())
                    .containsKeys(
                        "feature", "model", "version", "ks", "psi", "sample_size", "window_end"));
  }

  /** A series that nobody exports would make an alert that never fires. */
  @Test
  void rulesAndRunbookSpeakOnlyOfSeriesThatAreExported() throws IOException {
    Properties exported = new Properties();
    try (Reader file = Files.newBufferedReader(SERIES)) {
      exported.load(file);
    }
    StringBuilder text = new StringBuilder(Files.readString(RUNBOOK));
    for (Rule rule : Rule.all()) {
      text.append('\n').append(rule.expression());
    }
    Set<String> spokenOf =
        matches("(?<![:\\w])tidemark_\\w+", text.toString())
            .map(MatchResult::group)
            .map(name -> name.replaceFirst("_(bucket|sum|count)$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(spokenOf).isNotEmpty().isSubsetOf(exported.stringPropertyNames());
  }

  @Test
  void recordedSeriesThatAreSpokenOfAreRecorded() throws IOException {
    Set<String> recorded =
        Rule.all().stream()
            .filter(Predicate.not(Rule::isAlert))
            .map(Rule::name)
            .collect(Collectors.toSet());
    StringBuilder text = new StringBuilder(Files.readString(RUNBOOK));
    for (Rule rule : Rule.all()) {
      text.append('\n').append(rule.expression());
      rule.yaml().get("annotations").entries().values().forEach(one -> text.append(one.text()));
    }
    Set<String> spokenOf =
        matches("[a-z_]+:tidemark_\\w+:\\w+", text.toString())
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(spokenOf).isNotEmpty().isSubsetOf(recorded);
  }

  @Test
  void everyAlertHasATestThatFiresAndOneThatDoesNot() throws IOException {
    List<Yaml> tests =
        Yaml.read(TESTS)
            .get("tests")
            .items()
            .flatMap(test -> test.get("alert_rule_test").items())
            .toList();
    Set<String> fired = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (Yaml test : tests) {
      String name = test.get("alertname").text();
      List<Yaml> expected = test.get("exp_alerts").items().toList();
      if (expected.isEmpty()) {
        silent.add(name);
      }
      for (Yaml alert : expected) {
        fired.add(name + " " + alert.get("exp_labels").get("severity").text());
      }
    }
    assertThat(fired)
        .isEqualTo(
            Rule.alerts().stream()
                .map(alert -> alert.name() + " " + alert.severity())
                .collect(Collectors.toCollection(TreeSet::new)));
    assertThat(silent).isEqualTo(alertNames());
  }

  @Test
  void everyAlertHasARunbookEntryAndEveryEntryAnAlert() throws IOException {
    Map<String, String> entries = runbookEntries();
    assertThat(entries.keySet()).containsExactlyInAnyOrderElementsOf(alertNames());
    for (Rule alert : Rule.alerts()) {
      assertThat(entries.get(alert.name()))
          .as(alert.name())
          .containsIgnoringCase("*" + alert.severity() + "*")
          .contains("**Impact.**", "**Confirm.**", "**Do.**", "**Noise.**");
    }
  }

  @Test
  void runbookLinksLeadSomewhere() throws IOException {
    Set<String> anchors =
        alertNames().stream()
            .map(name -> new Rule(Yaml.parse("alert: " + name)).runbookUrl())
            .map(url -> url.substring(url.indexOf('#')))
            .collect(Collectors.toSet());
    assertThat(matches("]\\((#[^)]+)\\)", Files.readString(RUNBOOK)).map(link -> link.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(anchors).contains(link));
    assertThat(matches("`(Tidemark\\w+)`", Files.readString(RUNBOOK)).map(name -> name.group(1)))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(alertNames()).contains(name));
  }

  @Test
  void inhibitionNamesAlertsThatExist() throws IOException {
    assertThat(
            matches("Tidemark\\w+", Yaml.read(ROUTES).get("inhibit_rules").text())
                .map(MatchResult::group))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(alertNames()).contains(name));
  }

  private static Set<String> alertNames() throws IOException {
    return Rule.alerts().stream().map(Rule::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** The text below each heading that names an alert. */
  private static Map<String, String> runbookEntries() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String section : Files.readString(RUNBOOK).split("(?m)^## ")) {
      int end = section.indexOf('\n');
      if (section.startsWith("Tidemark")) {
        entries.put(section.substring(0, end), section.substring(end).replaceAll("\\s+", " "));
      }
    }
    return entries;
  }

  private static Stream<MatchResult> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results();
  }
}
