package io.tidemark.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkout that this program was built in, and what a cluster takes from there.
 *
 * @param root its top folder
 */
public record Checkout(Path root) {
  /** Set by the launcher. */
  private static final String PROPERTY = "tidemark.checkout";

  private static final Path LAUNCHER = Path.of("deploy", "tidemark");

  /**
   * The checkout of the launcher; without one, that which the working folder lies in.
   *
   * @throws IOException if there is none
   */
  public static Checkout find() throws IOException {
    @Nullable String named = System.getProperty(PROPERTY);
    if (named != null) {
      return new Checkout(Path.of(named));
    }
    Path from = Path.of("").toAbsolutePath();
    return Stream.<Path>iterate(from, folder -> folder != null, Path::getParent)
        .filter(folder -> Files.isRegularFile(folder.resolve(LAUNCHER)))
        .findFirst()
        .map(Checkout::new)
        .orElseThrow(
            () ->
                new IOException(
                    from + " lies in no checkout of Tidemark. Call " + LAUNCHER + " of one."));
  }

  /** Where a cluster lives that nobody named a folder for. */
  public Path defaultClusterFolder() {
    return workFolder().resolve("cluster");
  }

  /** Where commands that need a folder for a while may make one. */
  public Path workFolder() {
    return root.resolve(Path.of("deploy", "cli", "target"));
  }

  /**
   * The jar that {@code flink run} takes.
   *
   * @throws IOException if it was not built
   */
  public Path jobs() throws IOException {
    Path jar = root.resolve(Path.of("jobs", "target", "tidemark-jobs.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new IOException(jar + ": the jobs are not there. Build them: mvn package -pl jobs -am");
    }
    return jar;
  }

  /**
   * Flink's {@code lib/}.
   *
   * @throws IOException if it was not built
   */
  Path flinkLibraries() throws IOException {
    Path folder = root.resolve(Path.of("deploy", "flink", "target", "lib"));
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder
              + ": Flink's libraries are not there. Build them: mvn package -pl deploy/flink -am");
    }
    return folder;
  }

  /** Configuration files for a cluster of processes. */
  Path local() {
    return root.resolve(Path.of("deploy", "local"));
  }

  Path prometheus() {
    return root.resolve(Path.of("deploy", "prometheus"));
  }

  Path alertmanager() {
    return root.resolve(Path.of("deploy", "alertmanager"));
  }
}
