package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.contrastsecurity.sarif.SarifSchema210;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Contracts against a base, in every form that a pull request shows. */
class CheckBaseTest {
  private static final String EVENT =
      """
      apiVersion: tidemark/v2
      kind: EventContract
      metadata: {name: clicks, version: 1.0.0, owner: web}
      topic: kafka://clicks
      format: json
      id: click_id
      time: {field: at}
      fields:
        click_id: {type: long}
        at: {type: timestamp}
        user_id: {type: string}
        price: {type: double}
      """;
  private static final String FEATURES =
      """
      apiVersion: tidemark/v2
      kind: FeatureContract
      metadata: {name: clicking, version: 1.0.0, owner: web, description: Clicks of a user.}
      entity: [user_id]
      source: kafka://clicks
      features:
        clicks_1d: {type: int, aggregate: count, window: P1D}
        clicks_7d: {type: int, aggregate: count, window: P7D}
      """;

  @TempDir private Path folder;
  private Path before;
  private Path after;

  @BeforeEach
  void writeBothSides() throws IOException {
    before = folder.resolve("before");
    after = folder.resolve("after");
    write(before, EVENT, FEATURES);
    write(after, EVENT, FEATURES);
  }

  private static void write(Path root, String event, String features) throws IOException {
    Path domain = root.resolve("web");
    Files.createDirectories(domain.resolve("events"));
    Files.createDirectories(domain.resolve("features"));
    Files.writeString(domain.resolve("events/clicks.yaml"), event);
    Files.writeString(domain.resolve("features/clicking.yaml"), features);
  }

  private Execution check(String... options) {
    String[] arguments = new String[options.length + 4];
    arguments[0] = "check";
    arguments[1] = after.toString();
    arguments[2] = "--base";
    arguments[3] = before.toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    return Execution.of(arguments);
  }

  private void changeAWindow() throws IOException {
    write(after, EVENT, FEATURES.replace("window: P1D", "window: P2D"));
  }

  private void addAFeatureWithoutItsVersion() throws IOException {
    write(after, EVENT, FEATURES + "  clicks_3d: {type: int, aggregate: count, window: P3D}\n");
  }

  @Test
  void nothingChanged() {
    assertThat(check())
        .isEqualTo(
            new Execution(
                0,
                "1 event, 1 feature and 0 model contracts are valid, nothing changed since "
                    + before
                    + "\n",
                ""));
  }

  @Test
  void breakingChangeFailsAndSaysTheWayOut() throws Exception {
    changeAWindow();

    Execution check = check();

    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out())
        .contains(
            after + "/web/features/clicking.yaml:7:52  warning  MODEL  feature-meaning\n",
            "  change: count over P1D → count over P2D\n",
            "  affects: table entities/clicking, topic clicking_features\n",
            "  remedy: Leave `clicks_1d` as it is",
            "feature contract clicking: 1.0.0 → 1.0.0, right is 2.0.0 or later\n",
            "clicks_1d filled")
        .endsWith("1 breaking, 2 warnings, 1 note since " + before + "\n");
  }

  @Test
  void warningsFailOnlyWhereTheyAreMeantTo() throws Exception {
    addAFeatureWithoutItsVersion();

    assertThat(check().exitCode()).isZero();
    assertThat(check("--fail-on", "warning").exitCode()).isEqualTo(1);
  }

  @Test
  void stateIsEstimatedForAllKeys() throws Exception {
    write(
        after,
        EVENT,
        FEATURES.replace("version: 1.0.0", "version: 1.1.0")
            + "  price_9d: {type: double, aggregate: sum, of: price, window: P9D}\n");

    // 1,000 events a second of a million keys are 86.4 a day of each.
    JsonNode row = json("--keys", "1000000", "--rate", "1000").get("state").get(0);

    assertThat(row.get("contract").textValue()).isEqualTo("clicking 1");
    long perKeyBefore = row.get("bytesPerKeyBefore").longValue();
    long perKeyAfter = row.get("bytesPerKeyAfter").longValue();
    // 605 events of 7 bytes, then 778 events of 15; whole chunks of 64, and a half.
    assertThat(perKeyBefore).isBetween(605L * 7, (605L + 128) * 7 + 1_000);
    assertThat(perKeyAfter).isBetween(778L * 15, (778L + 128) * 15 + 1_500);
    assertThat(row.get("bytesAfter").longValue()).isEqualTo(perKeyAfter * 1_000_000);
    assertThat(row.get("features").get(2).get("answer").textValue()).isEqualTo("warms_up");
    assertThat(row.get("features").get(2).get("warmUp").textValue()).isEqualTo("PT216H");
  }

  @Test
  void onlyWhatConcernsTheNamedFilesIsTold() throws Exception {
    write(
        after,
        EVENT.replace("owner: web", "owner: shop"),
        FEATURES.replace("window: P1D", "window: P2D"));

    Execution check =
        Execution.of(
            "check",
            after.resolve("web/events/clicks.yaml").toString(),
            "--base",
            before.toString());

    assertThat(check.exitCode()).isZero();
    assertThat(check.out()).contains("owner").doesNotContain("clicks_1d:");
  }

  @Test
  void invalidContractsFailInEveryFormat() throws Exception {
    write(after, EVENT, FEATURES.replace("aggregate: count, window: P1D", "aggregate: cuont"));

    for (String format : new String[] {"text", "json", "junit", "sarif", "github", "markdown"}) {
      Execution check = check("--format", format);
      assertThat(check.exitCode()).as(format).isEqualTo(1);
      assertThat(check.out()).as(format).contains("clicking.yaml", "Did you mean");
    }
  }

  @Test
  void invalidBaseIsAWarningAndStopsNobody() throws Exception {
    write(before, EVENT, FEATURES.replace("aggregate: count, window: P1D", "aggregate: cuont"));

    Execution check = check();

    assertThat(check.exitCode()).isZero();
    assertThat(check.out()).contains("invalid-base", "nothing was compared");
  }

  @Test
  void jsonTellsFindingsAndSteps() throws Exception {
    changeAWindow();

    JsonNode report = json();

    assertThat(report.get("schema").intValue()).isEqualTo(1);
    assertThat(report.get("passed").booleanValue()).isFalse();
    JsonNode worst = report.get("findings").get(0);
    assertThat(worst.get("severity").textValue()).isEqualTo("breaking");
    assertThat(worst.get("rule").textValue()).isEqualTo("version-behind");
    assertThat(worst.get("line").intValue()).isEqualTo(3);
    assertThat(report.get("versions").get(0).get("right").textValue()).isEqualTo("2.0.0");
    assertThat(report.get("steps"))
        .extracting(step -> step.get("stage").textValue() + " " + step.get("status").textValue())
        .containsExactly("validate ok", "models ok", "compare ok", "backfill ok", "report running");
  }

  @Test
  void githubShowsTenOfAKindAndCountsTheRest() throws Exception {
    StringBuilder more = new StringBuilder(FEATURES.replace("1.0.0", "1.1.0"));
    for (int i = 10; i < 22; i++) {
      more.append("  clicks_%dd: {type: int, aggregate: count, window: P%dD}\n".formatted(i, i));
    }
    write(after, EVENT, more.toString());

    Execution check = check("--format", "github");

    assertThat(check.out().lines().filter(line -> line.startsWith("::warning "))).hasSize(10);
    assertThat(check.out().lines().filter(line -> line.startsWith("::notice "))).hasSize(10);
    assertThat(check.out())
        .contains(
            "2 more of severity warning are in the other formats.\n",
            "::warning file=" + after + "/web/features/clicking.yaml,line=9,col=3,title=STATE");
  }

  @Test
  void githubEscapesWhatWouldEndACommand() throws Exception {
    write(
        after,
        EVENT,
        FEATURES
            .replace("1.0.0", "1.0.1")
            .replace("Clicks of a user.", "\"100%: a,\\r\\n::error::b\""));

    Execution check = check("--format", "github");

    assertThat(check.out().lines().filter(line -> line.startsWith("::"))).hasSize(1);
    assertThat(check.out()).contains("100%25: a, ::error::b");
  }

  @Test
  void sarifKeepsToItsSchema() throws Exception {
    changeAWindow();
    Files.writeString(
        before.resolve("web/features/gone.yaml"), FEATURES.replace("name: clicking", "name: gone"));

    JsonNode sarif = new ObjectMapper().readTree(check("--format", "sarif").out());

    try (InputStream schema =
        SarifSchema210.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      SchemaValidatorsConfig formats =
          SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
      JsonSchema official =
          JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(schema, formats);
      assertThat(official.validate(sarif)).isEmpty();
      ObjectNode other = sarif.deepCopy();
      other.put("version", "2.1.1");
      assertThat(official.validate(other)).isNotEmpty();
    }
    // What GitHub needs beyond that.
    try (InputStream schema = CheckBaseTest.class.getResourceAsStream("sarif-as-written.json")) {
      JsonSchema written = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema);
      assertThat(written.validate(sarif)).isEmpty();
    }
    JsonNode run = sarif.get("runs").get(0);
    JsonNode rules = run.get("tool").get("driver").get("rules");
    for (JsonNode result : run.get("results")) {
      assertThat(rules.get(result.get("ruleIndex").intValue()).get("id"))
          .isEqualTo(result.get("ruleId"));
    }
    assertThat(run.get("results"))
        .extracting(result -> result.get("locations").size())
        .contains(0, 1);
  }

  @Test
  void junitFailsWhatFails() throws Exception {
    changeAWindow();

    byte[] report = check("--format", "junit").out().getBytes(StandardCharsets.UTF_8);
    SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(CheckBaseTest.class.getResource("junit-as-read.xsd"))
        .newValidator()
        .validate(new StreamSource(new ByteArrayInputStream(report)));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(report));

    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("4");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(4);
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(1);
  }

  @Test
  void markdownBeginsWithItsMarkAndCannotBeBrokenOutOf() throws Exception {
    write(
        after,
        EVENT,
        FEATURES
            .replace("1.0.0", "1.0.1")
            .replace("Clicks of a user.", "\"a | b <img src=x> @team `c` **d**\""));

    String comment = check("--format", "markdown").out();

    assertThat(comment)
        .startsWith("<!-- tidemark-check -->\n## Contracts: passed\n")
        .contains("a &#124; b &lt;img src=x&gt; &#64;team")
        .doesNotContain("<img", "@team");
  }

  @Test
  void namesInMessagesAreCodeInMarkdown() throws Exception {
    changeAWindow();

    assertThat(check("--format", "markdown").out())
        .contains("| Leave <code>clicks\\_1d</code> as it is and give the new value");
  }

  @Test
  void markdownStaysShortEnoughForAComment() throws Exception {
    StringBuilder more = new StringBuilder(FEATURES);
    for (int i = 0; i < 300; i++) {
      more.append("  clicks_n%d: {type: int, aggregate: count, window: P9D}\n".formatted(i));
    }
    write(after, EVENT, more.toString());

    String comment = check("--format", "markdown").out();

    assertThat(comment).hasSizeLessThan(65_536).contains(" more do not fit here.");
  }

  @Test
  void wrongUsageIsToldInOneLine() {
    assertThat(check("--rate", "5"))
        .satisfies(check -> assertThat(check.exitCode()).isEqualTo(2))
        .extracting(Execution::err)
        .asString()
        .contains("--rate is the rate of all keys. Say how many there are with --keys.");
    assertThat(Execution.of("check", after.toString(), "--keys", "5").exitCode()).isEqualTo(2);
    assertThat(check("--keys", "0").exitCode()).isEqualTo(2);
    assertThat(Execution.of("check", after.resolve("web/clicks.yaml").toString()).exitCode())
        .isEqualTo(2);
    Execution noRevision = Execution.of("check", after.toString(), "--base", "no-such-revision");
    assertThat(noRevision.exitCode()).isEqualTo(2);
    assertThat(noRevision.err()).contains("--base: ").doesNotContain("\tat ");
  }

  @Test
  @Tag("system")
  void revisionOfGitIsTheBase() throws Exception {
    Path checkout = folder.resolve("checkout");
    Path contracts = checkout.resolve("feature-contracts/contracts");
    write(contracts, EVENT, FEATURES);
    git(checkout, "init", "-q");
    git(checkout, "add", ".");
    git(
        checkout,
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "commit",
        "-q",
        "-m",
        "Contracts");
    write(contracts, EVENT, FEATURES.replace("window: P1D", "window: P2D"));

    Execution changed = Execution.of("check", contracts.toString(), "--base", "HEAD");

    assertThat(changed.exitCode()).isEqualTo(1);
    assertThat(changed.out()).contains("feature-meaning").endsWith(" since HEAD\n");

    Files.delete(contracts.resolve("web/features/clicking.yaml"));
    Execution removed = Execution.of("check", contracts.toString(), "--base", "HEAD");

    assertThat(removed.out())
        .contains("HEAD:feature-contracts/contracts/web/features/clicking.yaml:3:18  breaking");

    Execution missing = Execution.of("check", contracts.toString(), "--base", "origin/none");

    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("origin/none is neither a folder nor a revision");
  }

  private static void git(Path folder, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  private JsonNode json(String... options) throws IOException {
    String[] all = new String[options.length + 2];
    all[0] = "--format";
    all[1] = "json";
    System.arraycopy(options, 0, all, 2, options.length);
    return new ObjectMapper().readTree(check(all).out());
  }
}
