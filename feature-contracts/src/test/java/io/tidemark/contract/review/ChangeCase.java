package io.tidemark.contract.review;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One change of the contracts in {@code review/base} and what is to be found about it, as {@code
 * review/*.txt} holds many:
 *
 * <pre>
 * ## name
 * edit FILE
 * - text that stands there once, line by line
 * + text in its place
 * expect
 * findings, one per line
 * </pre>
 *
 * <p>Beside {@code edit} there are {@code append}, {@code create} and {@code delete}.
 */
record ChangeCase(String name, List<Edit> edits, List<String> expected) {
  private static final Path RESOURCES = resources();
  private static final Path BASE = RESOURCES.resolve("base");

  record Edit(String operation, String file, List<String> removed, List<String> added) {}

  @Override
  public String toString() {
    return name;
  }

  /** All cases of a file. */
  static List<ChangeCase> read(String file) throws IOException {
    List<ChangeCase> cases = new ArrayList<>();
    boolean expects = false;
    for (String line : Files.readAllLines(RESOURCES.resolve(file))) {
      if (line.startsWith("## ")) {
        cases.add(new ChangeCase(line.substring(3), new ArrayList<>(), new ArrayList<>()));
        expects = false;
      } else if (line.equals("expect")) {
        expects = true;
      } else if (!line.isEmpty()) {
        cases.get(cases.size() - 1).take(line, expects);
      }
    }
    return cases;
  }

  private void take(String line, boolean expects) {
    if (expects) {
      expected.add(line);
    } else if (line.startsWith("- ")) {
      edits.get(edits.size() - 1).removed().add(line.substring(2));
    } else if (line.startsWith("+ ")) {
      edits.get(edits.size() - 1).added().add(line.substring(2));
    } else {
      String[] words = line.split(" ", 2);
      edits.add(new Edit(words[0], words[1], new ArrayList<>(), new ArrayList<>()));
    }
  }

  /** The contracts that every case changes. */
  static Contracts base() throws InvalidContractsException {
    return Contracts.read(BASE);
  }

  /**
   * The findings, with files relative to their root.
   *
   * @param before what {@link #base} gave
   * @param folder an empty one, for the changed contracts
   */
  List<String> findings(Contracts before, Path folder)
      throws IOException, InvalidContractsException {
    Path after = folder.resolve("after");
    copy(BASE, after);
    for (Edit edit : edits) {
      apply(edit, after);
    }
    return Review.of(before, Contracts.read(after)).findings().stream()
        .map(finding -> finding.toString().replace(after + "/", "").replace(BASE + "/", "old "))
        .toList();
  }

  private static void apply(Edit edit, Path root) throws IOException {
    Path file = root.resolve(edit.file());
    String removed = String.join("\n", edit.removed());
    String added = String.join("\n", edit.added());
    switch (edit.operation()) {
      case "edit" -> {
        String text = Files.readString(file);
        int at = text.indexOf(removed);
        if (at < 0 || text.indexOf(removed, at + 1) >= 0) {
          throw new IllegalStateException(edit.file() + " does not hold once: " + removed);
        }
        Files.writeString(file, text.replace(removed, added));
      }
      case "append" -> Files.writeString(file, Files.readString(file) + added + "\n");
      case "create" -> Files.writeString(file, added + "\n");
      case "delete" -> Files.delete(file);
      default -> throw new IllegalStateException("Not an edit: " + edit.operation());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static Path resources() {
    try {
      return Path.of(Objects.requireNonNull(ChangeCase.class.getResource("/review/base")).toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
