package io.tidemark.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.ScoringJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is deployed is valid, complete, and agrees with itself and with the jobs. */
class ManifestsTest {
  private static final Path RULES = Path.of("../prometheus/tidemark.rules.yml");

  private static DeploymentSchema schema;

  @BeforeAll
  static void loadSchema() throws IOException {
    schema = DeploymentSchema.load();
  }

  @Test
  void everyFileIsUsed() throws IOException {
    for (String folder : List.of("base", "overlays/staging", "overlays/production")) {
      Path path = Manifests.FOLDER.resolve(folder);
      JsonNode kustomization = Manifests.read(path.resolve("kustomization.yaml")).get(0);
      List<String> used = new ArrayList<>(List.of("kustomization.yaml"));
      kustomization.path("resources").forEach(resource -> used.add(resource.asText()));
      kustomization.path("patches").forEach(patch -> used.add(patch.get("path").asText()));
      used.remove("../../base");
      try (Stream<Path> files = Files.list(path)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .as(folder)
            .containsExactlyInAnyOrderElementsOf(used);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void operatorTakesTheDeployments(String overlay) throws IOException {
    assertThat(deployments(overlay))
        .isNotEmpty()
        .allSatisfy(deployment -> assertThat(schema.violations(deployment)).isEmpty());
  }

  @Test
  void schemaFindsWhatIsWrong() throws IOException {
    JsonNode deployment = deployments("staging").get(0);
    ((ObjectNode) deployment.get("spec")).put("flinkVersion", "v9_9");
    ((ObjectNode) deployment.at("/spec/job")).put("upgradMode", "last-state");
    ((ObjectNode) deployment.at("/spec/podTemplate/spec/containers/0")).put("imagePulPolicy", "x");
    ((ObjectNode) deployment.at("/spec/flinkConfiguration")).put("taskmanager.rpc.port", 6122);

    assertThat(schema.violations(deployment))
        .hasSize(4)
        .anyMatch(violation -> violation.contains("flinkVersion"))
        .anyMatch(violation -> violation.contains("upgradMode"))
        .anyMatch(violation -> violation.contains("imagePulPolicy"))
        .anyMatch(violation -> violation.contains("taskmanager.rpc.port"));
  }

  /** A misspelled key of Flink's is ignored by Flink. */
  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void flinkKnowsItsConfiguration(String overlay) throws Exception {
    Map<String, ConfigOption<?>> known = KnownOptions.byKey();
    for (JsonNode deployment : deployments(overlay)) {
      for (Map.Entry<String, JsonNode> entry :
          deployment.at("/spec/flinkConfiguration").properties()) {
        String key = entry.getKey();
        if (key.startsWith("kubernetes.operator.")
            || key.startsWith("job.autoscaler.")
            || key.startsWith("metrics.reporter.prom.")) {
          continue;
        }
        assertThat(known).containsKey(key);
        Configuration configuration = new Configuration();
        configuration.setString(key, entry.getValue().asText());
        assertThatCode(() -> configuration.get(known.get(key))).as(key).doesNotThrowAnyException();
      }
    }
  }

  /** Before 1.11 they were target.utilization and its boundary, before 1.7 had another prefix. */
  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void autoscalerIsConfiguredByItsPresentKeys(String overlay) throws IOException {
    for (JsonNode deployment : deployments(overlay)) {
      JsonNode configuration = deployment.at("/spec/flinkConfiguration");
      assertThat(configuration.properties())
          .extracting(Map.Entry::getKey)
          .contains(
              "job.autoscaler.enabled",
              "job.autoscaler.utilization.target",
              "job.autoscaler.vertex.max-parallelism")
          .noneMatch(key -> key.startsWith("kubernetes.operator.job.autoscaler."))
          .noneMatch(key -> key.startsWith("job.autoscaler.target.utilization"));
      int most = configuration.get("job.autoscaler.vertex.max-parallelism").asInt();
      assertThat(most)
          .isBetween(deployment.at("/spec/job/parallelism").asInt(), ScoringJob.MAX_PARALLELISM);
    }
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void stateSurvivesTheCluster(String overlay) throws IOException {
    for (JsonNode deployment : deployments(overlay)) {
      JsonNode configuration = deployment.at("/spec/flinkConfiguration");
      assertThat(deployment.at("/spec/job/upgradeMode").asText()).isEqualTo("last-state");
      assertThat(configuration.get("high-availability.type").asText()).isEqualTo("kubernetes");
      assertThat(configuration.get("state.backend.type").asText()).isEqualTo("rocksdb");
      assertThat(
              List.of(
                  configuration.path("execution.checkpointing.dir").asText(),
                  configuration.path("execution.checkpointing.savepoint-dir").asText(),
                  configuration.path("high-availability.storageDir").asText()))
          .doesNotHaveDuplicates()
          .allMatch(folder -> folder.matches("s3://.*" + overlay + ".*/card-fraud/.+"));
    }
  }

  /** The arguments are read by the job's own command line, up to its help. */
  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void jobUnderstandsItsArguments(String overlay) throws Exception {
    for (JsonNode deployment : deployments(overlay)) {
      assertThat(deployment.at("/spec/job/entryClass").asText())
          .isEqualTo(ScoringJob.class.getName());
      List<String> arguments = new ArrayList<>();
      deployment.at("/spec/job/args").forEach(argument -> arguments.add(argument.asText()));
      assertThat(arguments).contains("--model", "--bootstrap-servers");
      arguments.add("--help");

      ScoringJob.main(arguments.toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void imageIsThatOfThisRelease(String overlay) throws IOException {
    String version = pomValue("version");
    for (JsonNode deployment : deployments(overlay)) {
      assertThat(deployment.at("/spec/image").asText())
          .endsWith("/tidemark/scoring:" + version.replace("-SNAPSHOT", ""));
      assertThat(deployment.at("/spec/job/jarURI").asText())
          .isEqualTo("local:///opt/flink/usrlib/tidemark-jobs.jar");
      String[] flink = pomValue("flink.version").split("\\.");
      assertThat(deployment.at("/spec/flinkVersion").asText())
          .isEqualTo("v" + flink[0] + "_" + flink[1]);
    }
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void nobodyElseGetsIn(String overlay) throws IOException {
    List<JsonNode> resources = Manifests.overlay(overlay);
    JsonNode policy = Manifests.only(resources, "NetworkPolicy");
    for (JsonNode deployment : deployments(overlay)) {
      JsonNode configuration = deployment.at("/spec/flinkConfiguration");
      assertThat(configuration.get("web.submit.enable").asText()).isEqualTo("false");
      JsonNode pod = deployment.at("/spec/podTemplate");
      assertThat(pod.at("/spec/securityContext/runAsNonRoot").asBoolean()).isTrue();
      JsonNode container = pod.at("/spec/containers/0");
      assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
          .isFalse();
      assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
      assertThat(pod.at("/metadata/labels"))
          .as("the policy's pods")
          .isEqualTo(policy.at("/spec/podSelector/matchLabels"));
      assertThat(serviceAccounts(resources))
          .contains(deployment.at("/spec/serviceAccount").asText());
    }
    assertThat(policy.at("/spec/policyTypes").get(0).asText()).isEqualTo("Ingress");
    assertThat(policy.at("/spec/ingress"))
        .as("the jobs' own pods to every port, one namespace to the metrics, one to the REST")
        .hasSize(3)
        .allMatch(rule -> rule.get("from").size() == 1)
        .extracting(rule -> rule.at("/ports/0/port").asInt())
        .containsExactly(0, 9249, 8081);
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void prometheusFindsTheMetrics(String overlay) throws Exception {
    List<JsonNode> resources = Manifests.overlay(overlay);
    JsonNode monitor = Manifests.only(resources, "PodMonitor");
    JsonNode endpoint = monitor.at("/spec/podMetricsEndpoints/0");
    for (JsonNode deployment : deployments(overlay)) {
      JsonNode configuration = deployment.at("/spec/flinkConfiguration");
      String port = configuration.get("metrics.reporter.prom.port").asText();
      JsonNode container = deployment.at("/spec/podTemplate/spec/containers/0");
      assertThat(container.at("/ports/0/name")).isEqualTo(endpoint.get("port"));
      assertThat(container.at("/ports/0/containerPort").asText()).isEqualTo(port);
      assertThat(deployment.at("/spec/podTemplate/metadata/labels"))
          .isEqualTo(monitor.at("/spec/selector/matchLabels"));
      String factory = configuration.get("metrics.reporter.prom.factory.class").asText();
      assertThat(Class.forName(factory).getInterfaces())
          .extracting(Class::getName)
          .contains("org.apache.flink.metrics.reporter.MetricReporterFactory");
    }
    assertThat(endpoint.at("/relabelings/0/targetLabel").asText()).isEqualTo("job");
    assertThat(Files.readString(RULES))
        .contains("job=\"" + endpoint.at("/relabelings/0/replacement").asText() + "\"");
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void podsAreProbedAndBounded(String overlay) throws IOException {
    List<JsonNode> resources = Manifests.overlay(overlay);
    for (JsonNode deployment : deployments(overlay)) {
      assertThat(deployment.at("/spec/podTemplate/spec/containers/0/readinessProbe").isObject())
          .isTrue();
      for (String component : List.of("jobManager", "taskManager")) {
        JsonNode part = deployment.at("/spec/" + component);
        assertThat(part.at("/podTemplate/spec/containers/0/livenessProbe").isObject()).isTrue();
        assertThat(part.at("/resource/memory").asText()).endsWith("m");
        assertThat(part.at("/resource/cpu").asDouble()).isPositive();
      }
      assertThat(Manifests.ofKind(resources, "PodDisruptionBudget"))
          .extracting(budget -> budget.at("/spec/selector/matchLabels/app"))
          .containsOnly(deployment.at("/metadata/name"))
          .hasSize(2);
    }
  }

  @ParameterizedTest
  @FieldSource("io.tidemark.cli.kubernetes.Manifests#OVERLAYS")
  void inferenceReportsToNobody(String overlay) throws IOException {
    for (JsonNode deployment : deployments(overlay)) {
      JsonNode variable = deployment.at("/spec/podTemplate/spec/containers/0/env/0");
      assertThat(variable.get("name").asText()).isEqualTo("ORT_DISABLE_TELEMETRY");
      assertThat(variable.get("value").asText()).isEqualTo("1");
    }
  }

  @Test
  void rulesAreThoseThatAreTested() throws IOException {
    JsonNode deployed = Manifests.only(Manifests.base(), "PrometheusRule");

    assertThat(deployed.at("/spec/groups"))
        .as(
            "edit deploy/prometheus/tidemark.rules.yml and run"
                + " deploy/kubernetes/write-prometheus-rule")
        .isEqualTo(Manifests.read(RULES).get(0).get("groups"));
  }

  private static List<JsonNode> deployments(String overlay) throws IOException {
    return Manifests.ofKind(Manifests.overlay(overlay), "FlinkDeployment");
  }

  private static List<String> serviceAccounts(List<JsonNode> resources) {
    return Manifests.ofKind(resources, "ServiceAccount").stream()
        .map(account -> account.at("/metadata/name").asText())
        .toList();
  }

  private static String pomValue(String element) throws IOException {
    String pom = Files.readString(Path.of("../../pom.xml"));
    String open = "<" + element + ">";
    int start = pom.indexOf(open) + open.length();
    return pom.substring(start, pom.indexOf("</" + element + ">", start));
  }
}
