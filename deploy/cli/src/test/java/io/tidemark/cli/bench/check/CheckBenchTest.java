package io.tidemark.cli.bench.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.review.Review;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckBenchTest {
  @TempDir private Path folder;

  @Test
  void generatedContractsAreAsManyAsAskedForAndValid() throws Exception {
    GeneratedContracts generated = GeneratedContracts.write(folder, 70);
    Contracts before = Contracts.read(folder);

    assertThat(before.events()).hasSize(7);
    assertThat(before.features()).hasSize(61);
    assertThat(before.models()).hasSize(2);
    assertThat(before.checkArtifacts()).isEmpty();

    generated.changeOne();
    assertThat(Review.of(before, Contracts.read(folder)).findings())
        .anyMatch(finding -> finding.path().equals("features.nb_week.window"));
  }

  @Test
  void otherNumbersAreRefused() {
    assertThatThrownBy(() -> bench(15, 1))
        .hasMessage("--contracts must be a multiple of ten, such as 1000, but is 15");
    assertThatThrownBy(() -> bench(10, 0)).hasMessage("--rounds must be 1 or more, but is 0");
  }

  @Test
  @Tag("system")
  void everyCaseIsMeasuredAndNothingIsLeft() throws Exception {
    Path work = Files.createDirectory(folder.resolve("work"));
    CheckResult result =
        new CheckBench(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.tidemark.cli.Tidemark"),
                20,
                1,
                work,
                new PrintWriter(new StringWriter()))
            .run();
    StringWriter json = new StringWriter();
    result.writeJson(json);

    JsonNode cases = new ObjectMapper().readTree(json.toString()).get("cases");
    assertThat(cases.fieldNames())
        .toIterable()
        .containsExactly("all", "all_without_base", "one_file", "one_file_of_ten");
    assertThat(cases.get("all").get("medianSeconds").doubleValue()).isPositive();
    assertThat(work).doesNotExist();
  }

  private CheckBench bench(int contracts, int rounds) {
    return new CheckBench(
        List.of("true"), contracts, rounds, folder, new PrintWriter(new StringWriter()));
  }
}
