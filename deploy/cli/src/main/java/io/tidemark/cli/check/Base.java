package io.tidemark.cli.check;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.Fallback;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.ModelContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What contracts are compared with: a folder, or a revision of the git repository they lie in. A
 * revision is copied to a temporary folder, which {@link #close} removes; neither the working tree
 * nor the index is touched.
 */
public final class Base implements AutoCloseable {
  /** A larger one is refused wherever it lies. */
  private static final long MAX_MODEL_BYTES = 256L << 20;

  private final String name;
  private final @Nullable Path folder;
  private final boolean temporary;
  private final String prefix;
  private final @Nullable Revision revision;

  private record Revision(GitRepository repository, String commit) {}

  private Base(String name, @Nullable Path folder, String prefix, @Nullable Revision revision) {
    this.name = name;
    this.folder = folder;
    this.temporary = revision != null;
    this.prefix = prefix;
    this.revision = revision;
  }

  /**
   * @param name a folder if there is one, else a revision
   * @param contracts the folder of the contracts to be compared
   * @throws GitException if git is missing, or has no such revision
   */
  public static Base of(String name, Path contracts) throws IOException, GitException {
    if (Files.isDirectory(Path.of(name))) {
      return new Base(name, Path.of(name), name, null);
    }
    GitRepository repository = GitRepository.of(contracts);
    String commit = repository.commit(name);
    String prefix = name + ":" + repository.prefix();
    Path copy = Files.createTempDirectory("tidemark-base");
    boolean copied = false;
    try {
      boolean there = repository.copyContracts(commit, copy);
      copied = true;
      if (there) {
        return new Base(name, copy, prefix, new Revision(repository, commit));
      }
    } finally {
      if (!copied) {
        delete(copy);
      }
    }
    delete(copy);
    return new Base(name, null, prefix, null);
  }

  /** As the user named it. */
  public String name() {
    return name;
  }

  /** The contracts; none where the revision has no such folder. */
  public Contracts read() throws InvalidContractsException {
    return folder == null ? Contracts.none() : Contracts.read(folder);
  }

  /**
   * Copies the files that a model of a revision names to where its contract says; those of a folder
   * lie there already.
   */
  void copyFiles(Contracts contracts, ModelContract model) throws IOException {
    if (revision == null || folder == null) {
      return;
    }
    ModelContract.Artifact artifact = model.artifact();
    Fallback.Model lighter = model.fallback().model();
    Path models = folder.relativize(Path.of(contracts.place(model).file())).getParent();
    for (String uri :
        Stream.of(artifact.uri(), model.golden(), lighter == null ? null : lighter.artifact().uri())
            .filter(Objects::nonNull)
            .toList()) {
      try {
        String file = models.resolve(uri).normalize().toString();
        revision.repository.copyFile(revision.commit, file, folder, MAX_MODEL_BYTES);
      } catch (GitException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /** A file or a text that names files, with those of a revision as git writes them. */
  String shown(String text) {
    return temporary && folder != null ? text.replace(folder.toString(), prefix) : text;
  }

  /** Where a file of the base would lie among the contracts that are compared with it. */
  String counterpart(String file, Selection selection) {
    return folder == null || selection.folder() == null
        ? file
        : selection.folder().resolve(folder.relativize(Path.of(file))).toString();
  }

  @Override
  public void close() throws IOException {
    if (temporary && folder != null) {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
