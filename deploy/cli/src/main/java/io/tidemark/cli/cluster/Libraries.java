package io.tidemark.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Jars as they are now: processes of a cluster live through many builds, and a build overwrites
 * jars in place, under whoever runs with them.
 */
final class Libraries {
  /** What the builds of this project overwrite; all others never change. */
  private static final String OURS = "tidemark-";

  private Libraries() {}

  /** Keeps the jars of a folder in another one. */
  static void keep(Path from, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> jars = Files.list(from)) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        keepJar(jar, folder.resolve(jar.getFileName()));
      }
    }
  }

  /**
   * Keeps the jars of a class path in a folder.
   *
   * @return the class path that names those instead; folders of classes remain what they are
   */
  static String keep(String classPath, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> kept = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      Path jar = Path.of(entry).toAbsolutePath();
      if (Files.isRegularFile(jar)) {
        Path to = folder.resolve(jar.getFileName());
        if (Files.exists(to)) {
          to = folder.resolve(kept.size() + "-" + jar.getFileName());
        }
        keepJar(jar, to);
        kept.add(to.toString());
      } else if (Files.isDirectory(jar)) {
        kept.add(jar.toString());
      }
    }
    return String.join(File.pathSeparator, kept);
  }

  private static void keepJar(Path jar, Path to) throws IOException {
    if (!jar.getFileName().toString().startsWith(OURS)) {
      try {
        Files.createLink(to, jar.toRealPath());
        return;
      } catch (IOException | UnsupportedOperationException e) {
        // Another file system: a copy takes longer, and is as good.
      }
    }
    Files.copy(jar, to);
  }
}
