package io.tidemark.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.ContractReader.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Any bytes as a file of contracts beside valid ones: the outcome is contracts or problems, each
 * with its place, and never another failure.
 */
final class FuzzTarget {
  private static final String FILE = "fuzzed.yaml";

  private record Valid(Kind kind, byte[] bytes) {}

  private static final List<Valid> VALID = valid();

  private FuzzTarget() {}

  private static List<Valid> valid() {
    try (Stream<Path> files = Files.walk(ValidContracts.resource("valid/shop"))) {
      return files
          .filter(file -> file.endsWith("orders.yaml") || file.endsWith("customer_orders.yaml"))
          .sorted()
          .map(file -> new Valid(kind(file.getParent().getFileName().toString()), bytes(file)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kind kind(String folder) {
    return Stream.of(Kind.values())
        .filter(kind -> kind.folder().equals(folder))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the bytes as a file of the kind that they seem to mean. */
  static void read(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    read(
        bytes,
        text.contains("ModelContract")
            ? Kind.MODEL
            : text.contains("FeatureContract") ? Kind.FEATURE : Kind.EVENT);
  }

  private static void read(byte[] bytes, Kind kind) {
    Problems problems = new Problems();
    try {
      ContractReader reader = new ContractReader(problems);
      VALID.forEach(valid -> reader.readFile("valid.yaml", valid.bytes, "shop", valid.kind));
      reader.readFile(FILE, bytes, "shop", kind);
      References.check(reader, problems);
    } catch (Problems.TooMany e) {
      assertThat(problems.sorted()).hasSize(Problems.MAX);
    }
    for (Problem problem : problems.sorted()) {
      assertThat(problem.line()).isPositive();
      assertThat(problem.column()).isPositive();
      assertThat(problem.reason()).isNotBlank();
      assertThat(problem.remedy()).isNotBlank();
      assertThat(problem.toString().length()).isLessThan(4_000);
    }
  }
}
