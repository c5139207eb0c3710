package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The short ones (up to 700 bytes) of the inputs by which ten minutes of {@link ContractFuzzTest}
 * got to something new, each a line of {@code fuzz-corpus.txt} in Base64.
 */
class ContractFuzzReplayTest {
  @Test
  void everyInputIsContractsOrProblems() throws IOException {
    List<String> lines = Files.readAllLines(ValidContracts.resource("fuzz-corpus.txt"));
    assertThat(lines).hasSizeGreaterThan(100);
    for (String line : lines) {
      try {
        FuzzTarget.read(Base64.getDecoder().decode(line));
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        throw new AssertionError("Input " + line, e);
      }
    }
  }
}
