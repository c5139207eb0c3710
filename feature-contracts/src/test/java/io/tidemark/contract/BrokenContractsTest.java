package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file {@code broken/<kind>-<case>.yaml}, added to the valid domain, gives exactly the lines
 * of {@code broken/<kind>-<case>.expected}: what the user reads, with line and column.
 */
class BrokenContractsTest {
  private static final Path BROKEN = ValidContracts.resource("broken");

  @TempDir private Path root;

  static Stream<String> brokenFiles() throws IOException {
    try (Stream<Path> files = Files.list(BROKEN)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void brokenFileGivesItsProblems(String name) throws IOException {
    ValidContracts.copyTo(root);
    String kind = name.substring(0, name.indexOf('-'));
    Files.copy(BROKEN.resolve(name + ".yaml"), root.resolve("shop/" + kind + "s/broken.yaml"));

    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> Contracts.read(root));

    assertThat(refused).isNotNull();
    assertThat(refused.getMessage().replace(root + "/", ""))
        .isEqualTo(Files.readString(BROKEN.resolve(name + ".expected")).strip());
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void everyProblemHasItsLineAndColumn(String name) throws IOException {
    assertThat(Files.readAllLines(BROKEN.resolve(name + ".expected")))
        .filteredOn(line -> line.startsWith("shop/"))
        .isNotEmpty()
        .allMatch(line -> line.matches("shop/[a-z/_]+\\.yaml:[1-9]\\d*:[1-9]\\d*: .*"));
  }

  @Test
  void thereAreManyBrokenFiles() throws IOException {
    assertThat(brokenFiles()).hasSizeGreaterThan(90);
  }

  @Test
  void problemsOfAllFilesAreReportedAtOnceAndSorted() throws IOException {
    ValidContracts.copyTo(root);
    List<String> names =
        brokenFiles()
            .filter(name -> name.startsWith("feature-") && !name.contains("second"))
            .toList();
    for (String name : names) {
      Files.copy(BROKEN.resolve(name + ".yaml"), root.resolve("shop/features/" + name + ".yaml"));
    }

    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> Contracts.read(root));

    assertThat(refused.problems()).isSorted();
    assertThat(refused.problems())
        .extracting(problem -> Path.of(problem.file()).getFileName().toString())
        .containsAll(names.stream().map(name -> name + ".yaml").toList());
  }
}
