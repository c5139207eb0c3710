package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contracts' README shows is valid for the event that it speaks of. */
class ReadmeExamplesTest {
  private static final Path CONTRACTS = Path.of("contracts");
  private static final Pattern FEATURE = Pattern.compile("`([a-z0-9_]+: \\{type: .*?\\})` \\|");
  private static final Pattern WINDOW =
      Pattern.compile("(?m)^\\| `(P\\d+D|\\{.*?\\}|lifetime)` \\|");

  @TempDir private Path root;

  private static List<String> examples(Pattern pattern) throws IOException {
    return pattern
        .matcher(Files.readString(CONTRACTS.resolve("README.md")))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private FeatureContract read(String entity, List<String> features) throws Exception {
    Path events = root.resolve("readme/events");
    Files.createDirectories(events);
    Files.createDirectories(root.resolve("readme/features"));
    Files.copy(
        CONTRACTS.resolve("card-payments/events/transactions.yaml"),
        events.resolve("transactions.yaml"));
    Files.writeString(
        root.resolve("readme/features/examples.yaml"),
        """
        apiVersion: tidemark/v2
        kind: FeatureContract
        metadata: {name: examples, version: 1.0.0, owner: readme}
        entity: [%s]
        source: kafka://tx_events
        features:
          %s
        """
            .formatted(entity, String.join("\n  ", features)));
    return Contracts.read(root).features().get(0);
  }

  @Test
  void featuresAreValid() throws Exception {
    List<String> features = examples(FEATURE);

    assertThat(features).hasSizeGreaterThan(5);
    assertThat(read("customer_id", features).features()).hasSameSizeAs(features);
  }

  @Test
  void windowsAreValidAndOfEveryKind() throws Exception {
    List<String> windows = examples(WINDOW);
    List<String> features =
        windows.stream()
            .map(
                window ->
                    "n%d: {type: int, aggregate: count, window: %s}"
                        .formatted(windows.indexOf(window), window))
            .toList();

    assertThat(
            read("customer_id", features).features().stream()
                .map(feature -> (FeatureDefinition.Windowed) feature.definition())
                .map(definition -> definition.window().getClass())
                .distinct())
        .hasSize(Window.class.getPermittedSubclasses().length);
  }

  /** Every aggregate has a row of the table. */
  @Test
  void everyAggregateIsExplained() throws IOException {
    String readme = Files.readString(CONTRACTS.resolve("README.md"));
    List<String> explained =
        Pattern.compile("(?m)^\\| (`[a-z_`, ]+`) \\| ")
            .matcher(readme)
            .results()
            .map(match -> match.group())
            .toList();

    for (AggregateKind kind : AggregateKind.values()) {
      assertThat(explained).anyMatch(row -> row.contains("`" + kind.yamlName() + "`"));
    }
  }
}
