package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only several files together get wrong. */
class ReferencesTest {
  private static final String VISITS =
      """
      apiVersion: tidemark/v2
      kind: EventContract
      metadata: {name: %s, version: 1.0.0, owner: shop}
      topic: kafka://%s
      format: json
      id: id
      time: {field: at}
      fields:
        id: {type: long}
        at: {type: timestamp}
        visitor_id: {type: string, pii: hmac}
        phone: {type: long, pii: mask}
        birth_year: {type: int, pii: mask}
        pages: {type: int}
      """;
  private static final String FEATURES =
      """
      apiVersion: tidemark/v2
      kind: FeatureContract
      metadata: {name: %s, version: 1.0.0, owner: shop}
      entity: [visitor_id]
      source: kafka://%s
      features:
      """;
  private static final String COUNT = "  nb_1h: {type: int, aggregate: count, window: PT1H}\n";

  @TempDir private Path root;

  private void write(String kind, String name, String... documents) throws IOException {
    Path folder = Files.createDirectories(root.resolve("shop").resolve(kind));
    Files.writeString(folder.resolve(name + ".yaml"), String.join("---\n", documents));
  }

  private List<String> problems() {
    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> Contracts.read(root));
    assertThat(refused).isNotNull();
    return refused.problems().stream()
        .map(
            problem ->
                Path.of(problem.file()).getFileName()
                    + ":"
                    + problem.line()
                    + ":"
                    + problem.column()
                    + " "
                    + problem.path()
                    + ": "
                    + problem.reason())
        .toList();
  }

  @Test
  void valuesThatIdentifyAPersonAreNoFeaturesButWhatIsComputedOfThemIs() throws IOException {
    write("events", "visits", VISITS.formatted("visits", "visits"));
    write(
        "features",
        "visiting",
        FEATURES.formatted("visiting", "visits")
            + """
              birth_year: {type: int}
              number: {type: int, expression: " birth_year "}
              last_phone: {type: long, aggregate: last, of: phone, window: P7D}
              phones: {type: "long[]", aggregate: top_k, of: phone, k: 3, window: P7D}
              nb_phones: {type: int, aggregate: distinct, of: phone, exactUpTo: 16, window: P7D}
              avg_birth_year: {type: double, aggregate: avg, of: birth_year, window: P7D}
              is_adult: {type: int, expression: "birth_year < 2000 ? 1 : 0"}
              max_pages: {type: int, aggregate: max, of: pages, window: P7D}
            """);
    String marked =
        " is marked `pii`: its values would stand in features, tables and models as they are";

    assertThat(problems())
        .containsExactly(
            "visiting.yaml:7:3 features.birth_year: `birth_year`" + marked,
            "visiting.yaml:8:35 features.number.expression: `birth_year`" + marked,
            "visiting.yaml:9:49 features.last_phone.of: `phone`" + marked,
            "visiting.yaml:10:50 features.phones.of: `phone`" + marked);
  }

  @Test
  void contractIsNotFedByItsOwnResults() throws IOException {
    write("events", "spent", VISITS.formatted("spent", "spending_features"));
    write("features", "spending", FEATURES.formatted("spending", "spending_features") + COUNT);

    assertThat(problems())
        .containsExactly(
            "spending.yaml:5:9 source: its own results come back here: they go to"
                + " kafka://spending_features");
  }

  @Test
  void contractIsNotFedByItsResultsThroughOthers() throws IOException {
    write(
        "events",
        "all",
        VISITS.formatted("seconds", "second_features"),
        VISITS.formatted("firsts", "first_features"));
    write("features", "first", FEATURES.formatted("first", "second_features") + COUNT);
    write("features", "second", FEATURES.formatted("second", "first_features") + COUNT);

    assertThat(problems())
        .containsExactly(
            "first.yaml:5:9 source: its own results come back here: they go to"
                + " kafka://first_features, which leads to kafka://second_features",
            "second.yaml:5:9 source: its own results come back here: they go to"
                + " kafka://second_features, which leads to kafka://first_features");
  }

  @Test
  void resultsOfAnotherContractAreEventsLikeAnyOther() throws Exception {
    write(
        "events",
        "all",
        VISITS.formatted("visits", "visits"),
        VISITS.formatted("counted", "first_features"));
    write("features", "first", FEATURES.formatted("first", "visits") + COUNT);
    write("features", "second", FEATURES.formatted("second", "first_features") + COUNT);

    assertThat(Contracts.read(root).features()).hasSize(2);
  }
}
