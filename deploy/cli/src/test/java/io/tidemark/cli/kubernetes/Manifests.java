package io.tidemark.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files under {@code deploy/kubernetes}, and what an overlay makes of the base. */
final class Manifests {
  static final Path FOLDER = Path.of("../kubernetes");
  static final List<String> OVERLAYS = List.of("staging", "production");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ALIASES = 1_000;

  private Manifests() {}

  /** The documents of a YAML file. */
  static List<JsonNode> read(Path file) throws IOException {
    LoadSettings settings =
        LoadSettings.builder()
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    return StreamSupport.stream(
            new Load(settings).loadAllFromString(Files.readString(file)).spliterator(), false)
        .<JsonNode>map(JSON::valueToTree)
        .toList();
  }

  static List<JsonNode> base() throws IOException {
    List<JsonNode> resources = new ArrayList<>();
    Path folder = FOLDER.resolve("base");
    for (JsonNode file : read(folder.resolve("kustomization.yaml")).get(0).get("resources")) {
      resources.addAll(read(folder.resolve(file.asText())));
    }
    return resources;
  }

  /**
   * The base with the patches of an overlay: for resources that Kustomize has no schema of, they
   * are JSON merge patches (RFC 7386).
   */
  static List<JsonNode> overlay(String name) throws IOException {
    Path folder = FOLDER.resolve("overlays").resolve(name);
    List<JsonNode> resources = base();
    for (JsonNode patch : read(folder.resolve("kustomization.yaml")).get(0).get("patches")) {
      for (JsonNode change : read(folder.resolve(patch.get("path").asText()))) {
        JsonNode target =
            resources.stream()
                .filter(resource -> sameResource(resource, change))
                .findFirst()
                .orElseThrow(() -> new AssertionError("Nothing to patch with " + change));
        merge((ObjectNode) target, change);
      }
    }
    return resources;
  }

  private static boolean sameResource(JsonNode resource, JsonNode change) {
    return resource.get("apiVersion").equals(change.get("apiVersion"))
        && resource.get("kind").equals(change.get("kind"))
        && resource.at("/metadata/name").equals(change.at("/metadata/name"));
  }

  private static void merge(ObjectNode target, JsonNode patch) {
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        target.remove(entry.getKey());
      } else if (value.isObject()) {
        merge(target.withObjectProperty(entry.getKey()), value);
      } else {
        target.set(entry.getKey(), value);
      }
    }
  }

  /** The resources of a kind. */
  static List<JsonNode> ofKind(List<JsonNode> resources, String kind) {
    Predicate<JsonNode> wanted = resource -> resource.get("kind").asText().equals(kind);
    return resources.stream().filter(wanted).toList();
  }

  /** The one resource of a kind. */
  static JsonNode only(List<JsonNode> resources, String kind) {
    List<JsonNode> found = ofKind(resources, kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " resources of kind " + kind);
    }
    return found.get(0);
  }
}
