package io.tidemark.contract;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A domain that uses all of the format, for tests to read, add to and break. */
final class ValidContracts {
  private ValidContracts() {}

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(ValidContracts.class.getResource("/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static void copyTo(Path root) throws IOException {
    Path valid = resource("valid");
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(valid)) {
      paths = walk.filter(Files::isRegularFile).toList();
    }
    for (Path path : paths) {
      Path copy = root.resolve(valid.relativize(path).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(path, copy);
    }
  }
}
