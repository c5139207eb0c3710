package io.tidemark.cli;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which contracts a command works with. */
final class ContractsFolder {
  private static final Path IN_A_CHECKOUT = Path.of("feature-contracts", "contracts");

  private ContractsFolder() {}

  /**
   * The contracts of a folder; without one, those of the checkout that the command was started in;
   * outside of a checkout, those that are part of this program.
   *
   * @throws ParameterException if the folder is not there
   */
  static Contracts read(@Nullable Path folder, CommandSpec command)
      throws InvalidContractsException {
    if (folder != null) {
      if (!Files.isDirectory(folder)) {
        throw new ParameterException(
            command.commandLine(), folder + ": there is no such folder. Name one with contracts.");
      }
      return Contracts.read(folder);
    }
    Optional<Path> found = ofCheckout(Path.of("").toAbsolutePath());
    return found.isPresent() ? Contracts.read(found.get()) : Contracts.bundled();
  }

  /** The contracts of the checkout that a folder lies in, as seen from that folder. */
  static Optional<Path> ofCheckout(Path from) {
    return Stream.<Path>iterate(from, folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve(IN_A_CHECKOUT))
        .filter(Files::isDirectory)
        .findFirst()
        .map(from::relativize);
  }
}
