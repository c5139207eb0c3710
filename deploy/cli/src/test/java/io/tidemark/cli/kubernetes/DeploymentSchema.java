package io.tidemark.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The schema of {@code FlinkDeployment} as the Flink Kubernetes operator installs it.
 *
 * <p>The newest one that is published as an artifact knows Flink versions up to 1.20: {@code v2_2},
 * which operators know from 1.13 on, is added. Kubernetes drops keys that the schema does not name;
 * here they are errors.
 */
final class DeploymentSchema {
  private static final String RESOURCE =
      "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
  private static final String FLINK_VERSION = "v2_2";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonSchema schema;

  private DeploymentSchema(JsonSchema schema) {
    this.schema = schema;
  }

  static DeploymentSchema load() throws IOException {
    JsonNode definition;
    try (InputStream in = DeploymentSchema.class.getResourceAsStream(RESOURCE)) {
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      definition = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }
    ObjectNode root = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
    ((ArrayNode) root.at("/properties/spec/properties/flinkVersion/enum")).add(FLINK_VERSION);
    ObjectNode properties = root.withObjectProperty("properties");
    for (String envelope : List.of("apiVersion", "kind")) {
      properties.putObject(envelope).put("type", "string");
    }
    properties.putObject("metadata").put("type", "object");
    forbidUnknownKeys(root);
    return new DeploymentSchema(JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(root));
  }

  private static void forbidUnknownKeys(JsonNode node) {
    if (node instanceof ObjectNode object) {
      JsonNode type = object.get("type");
      boolean describesObject = type != null && type.isTextual() && object.has("properties");
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        forbidUnknownKeys(entry.getValue());
      }
      if (describesObject) {
        object.put("additionalProperties", false);
      }
    } else {
      node.forEach(DeploymentSchema::forbidUnknownKeys);
    }
  }

  /** What is wrong with a deployment; nothing if the operator takes it. */
  List<String> violations(JsonNode deployment) {
    return schema.validate(deployment).stream().map(Object::toString).toList();
  }
}
