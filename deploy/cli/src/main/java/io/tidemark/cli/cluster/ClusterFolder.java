package io.tidemark.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/**
 * The folder that holds everything a cluster writes.
 *
 * @param root an absolute path
 */
public record ClusterFolder(Path root) {
  static final String STATE_FILE = "cluster.json";
  private static final String LOCK_FILE = "lock";

  public ClusterFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** Configuration of all processes; Flink's {@code FLINK_CONF_DIR}. */
  Path conf() {
    return root.resolve("conf");
  }

  /** What processes write about themselves. */
  Path logs() {
    return root.resolve("log");
  }

  /** Topics, ZooKeeper's nodes, series, silences. */
  Path data() {
    return root.resolve("data");
  }

  /** Flink's libraries, as they were when the cluster was started. */
  Path flinkLibraries() {
    return root.resolve("flink-lib");
  }

  /** This program's libraries, as they were when the cluster was started. */
  Path libraries() {
    return root.resolve("lib");
  }

  /** Checkpoints, savepoints and what high availability keeps. */
  Path state() {
    return root.resolve("state");
  }

  /** Temporary files of all processes, which go with the cluster. */
  Path temporary() {
    return root.resolve("tmp");
  }

  Path stateFile() {
    return root.resolve(STATE_FILE);
  }

  Path lockFile() {
    return root.resolve(LOCK_FILE);
  }

  Path supervisorLog() {
    return logs().resolve("supervisor.log");
  }

  /** Creates the folders. */
  void create() throws IOException {
    for (Path folder : new Path[] {conf(), logs(), data(), state(), temporary()}) {
      Files.createDirectories(folder);
    }
  }

  /**
   * Refuses to share a folder: all of it is removed when the cluster ends.
   *
   * @throws IOException if there is something in it that is no cluster's
   */
  void requireOurs() throws IOException {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new IOException(root + " is a file. Name a folder for the cluster.");
    }
    if (!Files.isDirectory(root) || Files.exists(stateFile())) {
      return;
    }
    try (Stream<Path> files = Files.list(root)) {
      if (files.anyMatch(file -> !file.getFileName().toString().equals(LOCK_FILE))) {
        throw new IOException(
            root
                + " is not empty, and not a cluster's: all of it would be removed when the cluster"
                + " ends. Name another folder.");
      }
    }
  }

  /** Removes it with all that is in it. */
  void remove() throws IOException {
    FileUtils.deleteDirectory(root.toFile());
  }
}
