package io.tidemark.contract.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Contracts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every change in {@code review/*.txt} gives exactly the findings that stand below it. */
class ReviewCorpusTest {
  private static final List<String> FILES =
      List.of("words.txt", "features.txt", "events.txt", "models.txt");

  private static Contracts base;

  @TempDir private Path folder;

  @BeforeAll
  static void readBase() throws Exception {
    base = ChangeCase.base();
  }

  static Stream<ChangeCase> changes() throws IOException {
    Stream.Builder<ChangeCase> all = Stream.builder();
    for (String file : FILES) {
      ChangeCase.read(file).forEach(all);
    }
    return all.build();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void changeGivesItsFindings(ChangeCase change) throws Exception {
    assertThat(change.findings(base, folder)).isEqualTo(change.expected());
  }

  @Test
  void thereAreManyChanges() throws IOException {
    assertThat(changes()).hasSizeGreaterThanOrEqualTo(120);
  }
}
