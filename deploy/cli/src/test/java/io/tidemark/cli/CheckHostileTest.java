package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pull request that means harm: files that try to exhaust the machine that checks them, or to
 * read what is not theirs. Each ends in a finding with its place, soon, and no stack trace.
 */
@Timeout(60)
class CheckHostileTest {
  private static final long HUNDRED_MEGABYTES = 100L << 20;
  private static final String ARTIFACT = "  uri: card_fraud/1.0.0/model.onnx\n";

  @TempDir private Path temporary;
  private Path contracts;
  private Path models;

  @BeforeEach
  void copyContracts() throws Exception {
    contracts = temporary.resolve("contracts");
    TestContracts.copy(contracts, text -> text);
    models = contracts.resolve("card-payments/models");
  }

  private void serve(byte[] model) throws Exception {
    Files.write(models.resolve("card_fraud/1.0.0/model.onnx"), model);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model));
    rewrite("sha256: \"[0-9a-f]+\"", "sha256: \"" + digest + "\"");
  }

  private void rewrite(String pattern, String replacement) throws IOException {
    Path contract = models.resolve("card_fraud.yaml");
    Files.writeString(contract, Files.readString(contract).replaceFirst(pattern, replacement));
  }

  /** Takes no room on the disk. */
  private static void stretch(Path file) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(HUNDRED_MEGABYTES);
    }
  }

  private Execution check() {
    return Execution.of("check", contracts.toString());
  }

  private static void assertRefused(Execution check, String... words) {
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.err()).isEmpty();
    assertThat(check.out())
        .contains(words)
        .contains("  reason: ", "  remedy: ")
        .doesNotContain("\tat ", "Exception:");
  }

  private static Stream<Named<byte[]>> hostileModels() {
    return Stream.of(
        named("that builds a tensor of half a terabyte", OnnxBytes.gigantic(400_000)),
        named("with a trillion weights in eight bytes", OnnxBytes.hollow()),
        named("with weights in another file", OnnxBytes.external()));
  }

  @ParameterizedTest
  @MethodSource("hostileModels")
  void hostileModelIsAFindingAtItsArtifact(byte[] model) throws Exception {
    serve(model);

    Execution check = check();

    assertRefused(check, "card_fraud.yaml:11:8  breaking  MODEL  invalid-model");
    assertThat(check.out()).endsWith("1 problem in 1 file\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "baseline.json", "golden.csv"})
  void fileOfAModelThatIsAHundredMegabytesIsNotLoaded(String name) throws Exception {
    rewrite("baseline: ", "golden: card_fraud/1.0.0/golden.csv\nbaseline: ");
    Files.writeString(models.resolve("card_fraud/1.0.0/golden.csv"), "");
    stretch(models.resolve("card_fraud/1.0.0").resolve(name));

    Execution check = check();

    assertRefused(check, "card_fraud.yaml:");
    assertThat(check.out())
        .contains(name.equals("model.onnx") ? "another checksum" : "larger than 16 MiB");
  }

  @Test
  void contractOfAHundredMegabytesIsNotParsed() throws Exception {
    stretch(contracts.resolve("card-payments/features/calendar.yaml"));

    assertRefused(check(), "calendar.yaml:1:1", "256 KiB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../../../../etc/passwd",
        "/etc/passwd",
        "card_fraud/../../../../secret.onnx",
        "file:///etc/passwd",
        "https://example.org/model.onnx"
      })
  void pathOutOfTheFolderIsNotFollowed(String uri) throws Exception {
    Files.writeString(temporary.resolve("secret.onnx"), "secret");
    rewrite(ARTIFACT, "  uri: \"" + uri + "\"\n");

    assertRefused(check(), "card_fraud.yaml:11:8");
  }

  @Test
  void linkOutOfTheFolderIsNotFollowed() throws Exception {
    Path secret = Files.writeString(temporary.resolve("secret.onnx"), "secret");
    Path model = models.resolve("card_fraud/1.0.0/model.onnx");
    Files.delete(model);
    Files.createSymbolicLink(model, secret);

    assertRefused(check(), "card_fraud.yaml:11:8", "leads out of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "junit", "sarif", "github", "markdown"})
  void hostileYamlFailsInEveryFormat(String format) throws Exception {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 48; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    Path features = contracts.resolve("card-payments/features");
    Files.writeString(features.resolve("bomb.yaml"), bomb);
    Files.writeString(features.resolve("deep.yaml"), "a: " + "[".repeat(100_000));
    Files.writeString(features.resolve("tag.yaml"), "kind: !!java.net.URL [\"http://x\"]\n");
    Files.writeString(features.resolve("twice.yaml"), "kind: a\nkind: b\n");

    Execution check = Execution.of("check", contracts.toString(), "--format", format);

    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.err()).isEmpty();
    assertThat(check.out())
        .contains("bomb.yaml", "deep.yaml", "tag.yaml", "twice.yaml")
        .hasSizeLessThan(20_000);
  }

  /** In a process of its own, for nothing but its end stops such a model. */
  @Test
  @Tag("system")
  @Timeout(120)
  void modelWithoutAnEndIsGivenUp() throws Exception {
    serve(OnnxBytes.endless());
    Path output = temporary.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.tidemark.cli.Tidemark",
                "check",
                contracts.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(process.waitFor(110, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(output))
        .contains("card_fraud.yaml:11:8  breaking  MODEL  invalid-model", "found none");
  }
}
