package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads contract files one after the other into drafts; what they say of each other is for {@link
 * References}.
 */
final class ContractReader {
  static final String API_VERSION = "tidemark/v2";

  /** The kinds of contract and the folder of a domain each lives in. */
  enum Kind {
    EVENT("EventContract", "events"),
    FEATURE("FeatureContract", "features"),
    MODEL("ModelContract", "models");

    private final String yamlName;
    private final String folder;

    Kind(String yamlName, String folder) {
      this.yamlName = yamlName;
      this.folder = folder;
    }

    String folder() {
      return folder;
    }
  }

  private final Problems problems;
  private final NodeReader read;
  private final List<Draft<EventContract>> events = new ArrayList<>();
  private final List<Draft<FeatureContract>> features = new ArrayList<>();
  private final List<Draft<ModelContract>> models = new ArrayList<>();
  private boolean complete = true;

  ContractReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
  }

  List<Draft<EventContract>> events() {
    return events;
  }

  List<Draft<FeatureContract>> features() {
    return features;
  }

  List<Draft<ModelContract>> models() {
    return models;
  }

  /**
   * Whether every contract could be told by its name. Where not, something that seems to be missing
   * may stand in what could not be read.
   */
  boolean complete() {
    return complete;
  }

  /** Notes that a file could not be read at all; the caller has reported why. */
  void skipFile() {
    complete = false;
  }

  void readFile(String file, byte[] bytes, String domain, Kind folder) {
    YamlFile.Result result = YamlFile.read(file, bytes, problems);
    complete &= result.readable();
    if (result.readable() && result.documents().isEmpty()) {
      problems.addFile(file, "the file is empty", "Write a contract, or remove the file.");
    }
    for (YamlNode node : result.documents()) {
      Mapping document = read.mapping(node, "kind: " + folder.yamlName);
      if (document == null || !readDocument(document, domain, folder)) {
        complete = false;
      }
    }
  }

  /** Whether the contract can be found by others. */
  private boolean readDocument(Mapping document, String domain, Kind folder) {
    MappingReader keys = new MappingReader(document, problems);
    checkApiVersion(keys.required("apiVersion", API_VERSION));
    Kind kind = kind(keys.required("kind", folder.yamlName), folder);
    int problemsBefore = problems.count();
    Metadata metadata = metadata(keys.required("metadata", "{name: …, version: 1.0.0, owner: …}"));
    boolean identified = problems.count() == problemsBefore;
    if (kind == null) {
      return false;
    }
    return identified
        & switch (kind) {
          case EVENT ->
              new EventContractReader(problems)
                  .read(metadata, keys, domain)
                  .map(events::add)
                  .orElse(false);
          case FEATURE ->
              new FeatureContractReader(problems)
                  .read(metadata, keys, domain)
                  .map(features::add)
                  .orElse(false);
          case MODEL ->
              new ModelContractReader(problems)
                  .read(metadata, keys, domain)
                  .map(models::add)
                  .orElse(false);
        };
  }

  private void checkApiVersion(@Nullable YamlNode node) {
    Scalar scalar = read.scalar(node, "the version of this format", API_VERSION);
    if (scalar != null && !scalar.text().equals(API_VERSION)) {
      problems.add(
          scalar,
          "this release reads " + API_VERSION + " only",
          "Write `apiVersion: " + API_VERSION + "`.");
    }
  }

  private @Nullable Kind kind(@Nullable YamlNode node, Kind folder) {
    Scalar scalar = read.scalar(node, "a kind of contract", folder.yamlName);
    if (scalar == null) {
      return null;
    }
    for (Kind kind : Kind.values()) {
      if (kind.yamlName.equals(scalar.text())) {
        if (kind != folder) {
          problems.add(
              scalar,
              "the folder " + folder.folder + "/ holds contracts of kind " + folder.yamlName,
              "Move the document to a file in " + kind.folder + "/, or correct its kind.");
          return null;
        }
        return kind;
      }
    }
    List<String> names = Arrays.stream(Kind.values()).map(kind -> kind.yamlName).toList();
    problems.add(
        scalar,
        "this is not a kind of contract",
        "Write one of: " + String.join(", ", Nearest.sorted(scalar.text(), names)) + ".");
    return null;
  }

  private Metadata metadata(@Nullable YamlNode node) {
    String name = null;
    SemanticVersion version = null;
    String owner = null;
    String description = null;
    Mapping mapping = read.mapping(node, "metadata: {name: …, version: 1.0.0, owner: …}");
    if (mapping != null) {
      MappingReader keys = new MappingReader(mapping, problems);
      name = read.name(keys.required("name", "customer_spending"), "the name of a contract");
      version = read.version(keys.required("version", "1.0.0"));
      owner = read.text(keys.required("owner", "payments-risk"), "a team", "payments-risk");
      description = read.text(keys.optional("description"), "a sentence", "\"What it is for.\"");
      keys.refuseOthers();
    }
    return new Metadata(
        Objects.requireNonNullElse(name, ""),
        Objects.requireNonNullElse(version, new SemanticVersion(0, 0, 0)),
        Objects.requireNonNullElse(owner, ""),
        Objects.requireNonNullElse(description, "").strip());
  }
}
