package io.tidemark.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What yamllint says of the manifests. */
@Tag("system")
class ManifestToolsTest {
  @TempDir private Path folder;

  @Test
  void manifestsAreCleanYaml() throws Exception {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder("yamllint", "--strict", "-c", ".yamllint", ".")
            .directory(Manifests.FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(said)).isEmpty();
    assertThat(process.exitValue()).isZero();
  }
}
