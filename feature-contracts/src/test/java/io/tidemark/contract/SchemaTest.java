package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas that editors complete from agree with the reader, as far as a schema can tell. */
class SchemaTest {
  private static final Path SCHEMAS = Path.of("schema");
  private static final Path BUNDLED = Path.of("contracts");

  private static List<String> violations(String kind, String document) throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(Files.readString(SCHEMAS.resolve(kind + "-contract.json")));
    return schema.validate(document, InputFormat.YAML).stream().map(Object::toString).toList();
  }

  static List<Path> validFiles() throws IOException {
    try (Stream<Path> bundled = Files.walk(BUNDLED);
        Stream<Path> valid = Files.walk(ValidContracts.resource("valid"));
        Stream<Path> example = Files.walk(ValidContracts.resource("every-aggregate-and-window"))) {
      return Stream.of(bundled, valid, example)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".yaml"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("validFiles")
  void validContractPasses(Path file) throws IOException {
    String folder = file.getParent().getFileName().toString();
    String kind = folder.substring(0, folder.length() - 1);

    for (String document : Files.readString(file).split("(?m)^---$")) {
      if (!document.isBlank()) {
        assertThat(violations(kind, document)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event-unknown-key",
        "event-wrong-api-version",
        "event-unknown-kind",
        "event-nearly-empty",
        "event-metadata",
        "event-topics",
        "event-format-later",
        "event-time-durations",
        "event-no-fields",
        "feature-aggregate-incomplete",
        "feature-aggregate-meant",
        "feature-aggregate-needs-of",
        "feature-array-type",
        "feature-entity-not-a-list",
        "feature-exact-up-to",
        "feature-expression-and-aggregate",
        "feature-half-life",
        "feature-histogram",
        "feature-misnamed",
        "feature-no-features",
        "feature-parameter-of-another",
        "feature-parameter-without-aggregate",
        "feature-quantile",
        "feature-ratio",
        "feature-ratio-parts",
        "feature-renamed-from",
        "feature-state-keys",
        "feature-state-values",
        "feature-top-k",
        "feature-unknown-keys",
        "feature-where-misspelled",
        "feature-window-beside",
        "feature-window-lifetime",
        "feature-window-session",
        "feature-window-two-forms",
        "feature-window-words",
        "model-artifact",
        "model-artifact-remote",
        "model-contracts-version",
        "model-inputs-repeated",
        "model-no-inputs",
        "model-output",
        "model-serving"
      })
  void brokenContractFails(String name) throws IOException {
    String document = Files.readString(ValidContracts.resource("broken").resolve(name + ".yaml"));

    assertThat(violations(name.substring(0, name.indexOf('-')), document)).isNotEmpty();
  }
}
