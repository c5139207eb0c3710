package io.tidemark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README promises, on a copy of this checkout that was never built: the launcher builds
 * what it needs, the commands work, the notebook trains and checks its model, and scoring falls
 * back to the CPU with the GPU build of ONNX Runtime where there is no device.
 */
@Tag("system")
@TestMethodOrder(OrderAnnotation.class)
class CheckoutSystemTest {
  private static final long TIME_OUT_MINUTES = 10;

  @TempDir static Path folder;
  private static Path checkout = Path.of("");

  @BeforeAll
  static void copyCheckout() throws Exception {
    Path root = Path.of("../..").toRealPath();
    checkout = Files.createDirectory(folder.resolve("tidemark"));
    Result files =
        run(root, Map.of(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
    assertThat(files.exit).as(files.err).isZero();
    for (String name : files.out.split("\0")) {
      Path from = root.resolve(name);
      if (Files.isRegularFile(from)) {
        Path to = checkout.resolve(name);
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @Test
  @Order(1)
  void launcherBuildsTheFirstTimeAndTheDemoScoresEveryPayment() throws Exception {
    Result demo = tidemark("demo", "--events", "20000", "--rate", "2000");
    assertThat(demo.exit).as(demo.err).isZero();
    assertThat(demo.err).contains("building Tidemark (first time");
    String summary = demo.out.lines().reduce((first, last) -> last).orElseThrow();
    assertThat(summary).startsWith("{").contains("\"events\":20000", "\"scores\":20000");
  }

  @Test
  @Order(2)
  void commandsWorkOneAfterTheOther() throws Exception {
    assertThat(tidemark("check").out).contains("contracts are valid");
    String events = folder.resolve("payments.csv.gz").toString();
    String features = folder.resolve("features.csv").toString();
    String scores = folder.resolve("scores.csv").toString();
    assertThat(tidemark("simulate", "--customers", "200", "--days", "20", "--out", events).exit)
        .isZero();
    Result run =
        tidemark("features", "--model", "card_fraud", "--events", events, "--out", features);
    assertThat(run.exit).as(run.err).isZero();
    run = tidemark("score", "--model", "card_fraud", "--events", events, "--out", scores);
    assertThat(run.exit).as(run.err).isZero();
    assertThat(Files.readAllLines(Path.of(scores)))
        .hasSameSizeAs(Files.readAllLines(Path.of(features)))
        .hasSizeGreaterThan(5_000);
  }

  @Test
  @Order(3)
  void wrongUsageIsOneLineAndExit2() throws Exception {
    Result wrong = tidemark("features", "--model", "card_frod", "--events", "no.csv", "--out", "x");
    assertThat(wrong.exit).isEqualTo(2);
    assertThat(wrong.err).contains("no.csv").doesNotContain("\tat ");
  }

  @Test
  @Order(4)
  void notebookTrainsAndChecksAModel() throws Exception {
    Result helpers =
        run(
            checkout,
            Map.of(),
            "/usr/bin/python3",
            "-m",
            "unittest",
            "discover",
            "-s",
            "notebooks");
    assertThat(helpers.exit).as(helpers.err).isZero();
    Result notebook =
        run(
            checkout,
            Map.of("TIDEMARK_CUSTOMERS", "1000", "TIDEMARK_TERMINALS", "2000"),
            "notebooks/run");
    assertThat(notebook.exit).as(notebook.out + notebook.err).isZero();
    Path work = checkout.resolve("notebooks/target/01-train-card-fraud");
    assertThat(work.resolve("metrics.json")).content().contains("auc_roc");
    assertThat(work.resolve("plots")).isNotEmptyDirectory();
  }

  @Test
  @Order(5)
  void gpuBuildFallsBackToTheCpuAndSaysWhyOnce() throws Exception {
    Result maven =
        run(
            checkout,
            Map.of(),
            "mvn",
            "-B",
            "-ntp",
            "-Pgpu",
            "-pl",
            "jobs",
            "-am",
            "test",
            "-Dtest=ProviderFallbackTest",
            "-Dsurefire.failIfNoSpecifiedTests=false");
    assertThat(maven.exit).as(maven.out).isZero();
    assertThat(maven.out).contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0");
  }

  private static Result tidemark(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("deploy/tidemark"));
    command.addAll(List.of(arguments));
    return run(checkout, Map.of(), command.toArray(String[]::new));
  }

  private static Result run(Path directory, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(TIME_OUT_MINUTES, TimeUnit.MINUTES))
          .as("%s ends within %d minutes", List.of(command), TIME_OUT_MINUTES)
          .isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Result(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private record Result(int exit, String out, String err) {}
}
