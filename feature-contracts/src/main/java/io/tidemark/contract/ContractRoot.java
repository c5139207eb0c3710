package io.tidemark.contract;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * The folder that holds the domains: on disk, or inside a jar of the class path, which is open only
 * while somebody reads.
 */
sealed interface ContractRoot {

  /** Something done with the root folder. */
  interface Reading<R> {
    R read(Path root) throws IOException;
  }

  <R> R with(Reading<R> reading) throws IOException;

  /** The root as messages name it. */
  String display();

  /** A folder as the user named it. */
  record Folder(Path path) implements ContractRoot {
    @Override
    public <R> R with(Reading<R> reading) throws IOException {
      return reading.read(path);
    }

    @Override
    public String display() {
      return path.toString();
    }
  }

  /** The folder {@code contracts} at the root of a jar. */
  record Jar(Path jar) implements ContractRoot {
    @Override
    public <R> R with(Reading<R> reading) throws IOException {
      try (FileSystem content = FileSystems.newFileSystem(jar)) {
        return reading.read(content.getPath("contracts"));
      }
    }

    @Override
    public String display() {
      return jar + "!/contracts";
    }
  }

  /**
   * The folder on the class path that holds {@code marker}.
   *
   * @throws IOException if it is neither in a folder nor in a jar on disk
   */
  static ContractRoot of(URL marker) throws IOException {
    try {
      switch (marker.getProtocol()) {
        case "file" -> {
          return new Folder(Path.of(marker.toURI()).toAbsolutePath().getParent());
        }
        case "jar" -> {
          JarURLConnection connection = (JarURLConnection) marker.openConnection();
          return new Jar(Path.of(connection.getJarFileURL().toURI()));
        }
        default -> throw new IOException("no folder and no jar: " + marker);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException("not a file on disk: " + marker, e);
    }
  }
}
