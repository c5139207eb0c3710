package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

  /** The card payments' contracts with the test trees for a model. */
  @TempDir private static Path contracts;

  @BeforeAll
  static void copyContracts() throws Exception {
    Path original = ContractsFolder.ofCheckout(Path.of("").toAbsolutePath()).orElseThrow();
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = contracts.resolve(original.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Path models = contracts.resolve("card-payments/models");
    byte[] trees =
        Files.readAllBytes(original.resolve("../../jobs/src/test/resources/models/trees.onnx"));
    Files.createDirectories(models.resolve("card_fraud/1.0.0"));
    Files.write(models.resolve("card_fraud/1.0.0/model.onnx"), trees);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(trees));
    Path model = models.resolve("card_fraud.yaml");
    Files.writeString(
        model, Files.readString(model).replaceFirst("sha256: .*", "sha256: \"" + sha256 + "\""));
  }

  @Test
  void everyPaymentIsScoredAndNothingStaysBehind() throws Exception {
    // The first broker and the first Flink of a JVM start threads that serve all after them.
    Execution first = demo();
    Set<Thread> threadsBefore = liveThreads();
    Execution second = demo();

    Map<String, String> summary = summary(second);
    assertThat(summary.keySet())
        .containsExactlyInAnyOrder(
            "events",
            "scores",
            "seconds",
            "scores_per_s",
            "p50_ms",
            "p99_ms",
            "warm_p50_ms",
            "warm_p99_ms",
            "flagged",
            "degraded",
            "frauds",
            "caught",
            "parallelism",
            "model",
            "version");
    assertThat(summary)
        .containsEntry("events", "2000")
        .containsEntry("scores", "2000")
        .containsEntry("model", "card_fraud");
    assertThat(summary.get("frauds")).isEqualTo(summary(first).get("frauds"));
    assertThat(number(summary, "p50_ms"))
        .isPositive()
        .isLessThanOrEqualTo(number(summary, "p99_ms"));
    assertThat(number(summary, "caught"))
        .isLessThanOrEqualTo(number(summary, "frauds"))
        .isLessThanOrEqualTo(number(summary, "flagged"));

    assertThat(portsOf(second)).hasSize(3).allSatisfy(DemoCommandTest::assertClosed);
    assertThat(foldersOfThisProcess()).isEmpty();
    Set<Thread> started = liveThreads();
    started.removeAll(threadsBefore);
    for (Thread thread : started) {
      thread.join(PATIENCE.toMillis());
      assertThat(thread.isAlive()).as("%s is alive", thread.getName()).isFalse();
    }
  }

  @Test
  void rejectedPaymentFailsTheDemoWithItsReason() throws IOException {
    Path event = contracts.resolve("card-payments/events/transactions.yaml");
    String asItWas = Files.readString(event);
    Files.writeString(event, asItWas.replace("min: 0}", "min: 1000}"));
    try {
      Execution failed = demo();

      assertThat(failed.exitCode()).isEqualTo(1);
      assertThat(failed.out()).isEmpty();
      assertThat(failed.err())
          .contains("tidemark demo: the job rejected a payment: out_of_range, Field amount")
          .doesNotContain("\tat ");
    } finally {
      Files.writeString(event, asItWas);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--events=0, --events must be from 1 to 5000000",
    "--events=-1, --events must be from 1 to 5000000",
    "--rate=-1, --rate must be 0",
    "--threshold=1.5, --threshold must be from 0 to 1",
    "--threshold=NaN, --threshold must be from 0 to 1"
  })
  void numbersOutOfRangeAreWrongUsage(String argument, String message) {
    Execution wrong = Execution.of("demo", argument);

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains(message);
  }

  private static Execution demo() {
    return Execution.of(
        "demo", "--events", "2000", "--rate", "0", "--contracts", contracts.toString());
  }

  /** The last line of standard output. */
  private static Map<String, String> summary(Execution demo) throws IOException {
    assertThat(demo.exitCode()).as(demo.err()).isZero();
    List<String> lines = demo.out().lines().toList();
    Map<String, String> values = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(lines.get(lines.size() - 1))) {
      assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        values.put(name, json.getText());
      }
    }
    return values;
  }

  private static double number(Map<String, String> summary, String name) {
    return Double.parseDouble(summary.get(name));
  }

  private static List<Integer> portsOf(Execution demo) {
    return PORT.matcher(demo.err()).results().map(m -> Integer.valueOf(m.group(1))).toList();
  }

  private static void assertClosed(int port) {
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }

  private static List<Path> foldersOfThisProcess() throws IOException {
    String pattern = "tidemark-*-" + ProcessHandle.current().pid() + "-*";
    List<Path> folders = new ArrayList<>();
    try (var found =
        Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), pattern)) {
      found.forEach(folders::add);
    }
    return folders;
  }

  private static Set<Thread> liveThreads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }
}
