package io.tidemark.contract;

import io.tidemark.contract.ContractReader.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of {@code <root>/<domain>/{events,features,models}/*.yaml}. A YAML file beside
 * that layout is a problem, for a contract that is silently not read is worse than an error. Names
 * that begin with a dot are left alone, and so is what lies deeper: the model files.
 */
final class ContractFolder {
  private static final String LAYOUT = "<domain>/{events,features,models}/*.yaml";

  private final Path root;
  private final Problems problems;

  ContractFolder(Path root, Problems problems) {
    this.root = root;
    this.problems = problems;
  }

  void readInto(ContractReader reader) throws IOException {
    if (!Files.isDirectory(root)) {
      problems.addFile(
          root.toString(),
          Files.exists(root) ? "this is not a folder" : "there is no such folder",
          "Name the folder that holds " + LAYOUT + ".");
      return;
    }
    if (isDomain()) {
      problems.addFile(
          root.toString(),
          "this is a domain, not the folder that holds the domains",
          "Name the folder above it.");
      return;
    }
    Path realRoot = root.toRealPath();
    int files = 0;
    for (Path domain : list(root)) {
      if (!Files.isDirectory(domain)) {
        refuseStray(domain, "Move it to " + LAYOUT + " below here.");
        continue;
      }
      for (Path folder : list(domain)) {
        Optional<Kind> kind = kind(folder);
        if (kind.isEmpty()) {
          refuseStray(folder, "Move it to events/, features/ or models/ beside it.");
          continue;
        }
        for (Path file : list(folder)) {
          if (isContract(file)) {
            files++;
            readFile(file, realRoot, domain.getFileName().toString(), kind.get(), reader);
          } else {
            refuseStray(file, "Rename it to end in .yaml.");
          }
        }
      }
    }
    if (files == 0 && problems.isEmpty()) {
      problems.addFile(
          root.toString(),
          "no contracts in this folder",
          "Name the folder that holds " + LAYOUT + ".");
    }
  }

  private boolean isDomain() throws IOException {
    for (Path child : list(root)) {
      if (kind(child).isPresent() && list(child).stream().anyMatch(ContractFolder::isContract)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isContract(Path file) {
    return file.getFileName().toString().endsWith(".yaml");
  }

  private static Optional<Kind> kind(Path folder) {
    String name = folder.getFileName().toString();
    for (Kind kind : Kind.values()) {
      if (name.equals(kind.folder()) && Files.isDirectory(folder)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private void refuseStray(Path file, String remedy) {
    String name = file.getFileName().toString();
    if ((name.endsWith(".yaml") || name.endsWith(".yml")) && !Files.isDirectory(file)) {
      problems.addFile(file.toString(), "contracts are read from " + LAYOUT + " only", remedy);
    }
  }

  private void readFile(Path file, Path realRoot, String domain, Kind kind, ContractReader reader) {
    try {
      if (!file.toRealPath().startsWith(realRoot)) {
        problems.addFile(
            file.toString(),
            "this link leads out of the folder of contracts",
            "Put the file itself here.");
        reader.skipFile();
        return;
      }
      if (!Files.isRegularFile(file)) {
        problems.addFile(file.toString(), "this is not a plain file", "Remove or replace it.");
        reader.skipFile();
        return;
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(YamlFile.MAX_BYTES + 1);
      }
      reader.readFile(file.toString(), bytes, domain, kind);
    } catch (IOException e) {
      problems.addFile(
          file.toString(),
          "the file cannot be read: " + e.getClass().getSimpleName(),
          "Check its permissions, and that a link leads to a file.");
      reader.skipFile();
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(
            folder, child -> !child.getFileName().toString().startsWith("."))) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(children);
    return children;
  }
}
