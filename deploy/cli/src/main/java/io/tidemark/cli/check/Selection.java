package io.tidemark.cli.check;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which contracts are checked. A contract is read with all others below the same folder, for they
 * refer to each other; where files were named, only what concerns those is told.
 *
 * @param folder that holds the domains; null for the contracts that are part of the program
 * @param files what was named; empty for all of them
 */
public record Selection(@Nullable Path folder, Set<Path> files) {
  private static final Set<String> KINDS = Set.of("events", "features", "models");

  /**
   * @param paths one folder that holds the domains, or files of one such folder
   * @throws IllegalArgumentException if they are neither; the message is for the user
   */
  public static Selection of(List<Path> paths) {
    if (paths.size() == 1 && !isContract(paths.get(0))) {
      return new Selection(folder(paths.get(0)), Set.of());
    }
    Path root = null;
    Set<Path> files = new TreeSet<>();
    for (Path path : paths) {
      if (!isContract(path)) {
        throw new IllegalArgumentException(
            path + ": name one folder, or only files such as cards/features/spending.yaml.");
      }
      Path own = root(path);
      if (root != null && !root.equals(own)) {
        throw new IllegalArgumentException(
            path + ": this lies in another folder of contracts than the file before it.");
      }
      root = own;
      files.add(normal(path));
    }
    return new Selection(folder(Objects.requireNonNull(root)), files);
  }

  /** The folder of a checkout, or what is part of the program. */
  public static Selection ofCheckout(Optional<Path> folder) {
    return new Selection(folder.orElse(null), Set.of());
  }

  private static Path folder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          folder + ": there is no such folder. Name one with contracts.");
    }
    return folder;
  }

  private static boolean isContract(Path path) {
    return path.toString().endsWith(".yaml") && !Files.isDirectory(path);
  }

  /** The folder three levels above {@code <root>/<domain>/<kind>/<file>}. */
  private static Path root(Path file) {
    Path kind = file.toAbsolutePath().getParent();
    Path domain = kind == null ? null : kind.getParent();
    if (kind == null
        || domain == null
        || domain.getParent() == null
        || !KINDS.contains(kind.getFileName().toString())) {
      throw new IllegalArgumentException(
          file + ": a contract lies in events/, features/ or models/ of a domain's folder.");
    }
    Path root = domain.getParent();
    return file.isAbsolute() ? root : shown(root);
  }

  private static Path shown(Path absolute) {
    Path relative = Path.of("").toAbsolutePath().relativize(absolute);
    return relative.toString().isEmpty() ? Path.of(".") : relative;
  }

  Contracts read() throws InvalidContractsException {
    return folder == null ? Contracts.bundled() : Contracts.read(folder);
  }

  /** Whether a file was asked for; one of a base stands for the file that replaces it. */
  boolean includes(String file) {
    return files.isEmpty() || files.contains(normal(Path.of(file)));
  }

  private static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** As reports name it. */
  String shown() {
    return folder == null ? "the contracts of this program" : folder.toString();
  }
}
