package io.tidemark.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The image is made of what is in the checkout and of what the build makes, and runs as Flink. */
class ImageTest {
  private static final Path ROOT = Path.of("../..");

  /** What the build makes, and where its pom says so. */
  private static final Map<String, String> BUILT =
      Map.of(
          "deploy/flink/target/image-lib/",
          "deploy/flink/pom.xml: <outputDirectory>${project.build.directory}/image-lib<",
          "jobs/target/tidemark-jobs.jar",
          "jobs/pom.xml: <outputFile>${project.build.directory}/tidemark-jobs.jar<");

  @Test
  void everythingThatIsCopiedIsThereAfterABuild() throws IOException {
    assertThat(copied()).containsAll(BUILT.keySet());
    for (String source : copied()) {
      String pom = BUILT.get(source);
      if (pom == null) {
        assertThat(source).doesNotContain("target/");
        assertThat(ROOT.resolve(source)).exists();
      } else {
        String[] place = pom.split(": ");
        assertThat(Files.readString(ROOT.resolve(place[0]))).as(source).contains(place[1]);
      }
    }
  }

  @Test
  void nothingElseIsSentToTheBuilder() throws IOException {
    List<String> allowed =
        Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();

    assertThat(allowed.get(0)).isEqualTo("*");
    assertThat(allowed.subList(1, allowed.size()))
        .containsExactlyInAnyOrderElementsOf(
            copied().stream().map(source -> "!" + source.replaceAll("/$", "")).toList());
  }

  @Test
  void imageIsFlinksOwnOfThisVersionAndNotRunByRoot() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    String version = pom.replaceAll("(?s).*<flink.version>(.+?)</flink.version>.*", "$1");

    assertThat(instructions("ARG"))
        .containsExactly("FLINK_IMAGE=flink:" + version + "-scala_2.12-java17");
    assertThat(instructions("FROM")).containsExactly("${FLINK_IMAGE}");
    assertThat(instructions("USER")).containsExactly("9999");
    assertThat(instructions("ENV")).containsExactly("ORT_DISABLE_TELEMETRY=1");
  }

  private static List<String> copied() throws IOException {
    return instructions("COPY").stream()
        .map(arguments -> arguments.split(" "))
        .flatMap(arguments -> Arrays.stream(arguments, 0, arguments.length - 1))
        .toList();
  }

  private static List<String> instructions(String name) throws IOException {
    return Files.readAllLines(ROOT.resolve("deploy/docker/Dockerfile")).stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .toList();
  }
}
