package io.tidemark.cli;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The bundled contracts with their model, changed for a test. */
public final class TestContracts {
  private static final Path SOURCES = Path.of("../../feature-contracts/contracts");

  private TestContracts() {}

  /**
   * Copies the contracts.
   *
   * @param folder an empty one
   * @param change of the text of every contract
   */
  public static Contracts copy(Path folder, UnaryOperator<String> change)
      throws IOException, InvalidContractsException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources = files.filter(Files::isRegularFile).toList();
    }
    for (Path source : sources) {
      Path copy = folder.resolve(SOURCES.relativize(source));
      Files.createDirectories(copy.getParent());
      if (source.toString().endsWith(".yaml")) {
        Files.writeString(copy, change.apply(Files.readString(source)));
      } else {
        Files.copy(source, copy);
      }
    }
    return Contracts.read(folder);
  }
}
