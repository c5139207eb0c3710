package io.tidemark.contract;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * Looks for files that break the reader, for ten minutes:
 *
 * <pre>{@code
 * mvn -Psoak -pl feature-contracts test -Dtest=ContractFuzzTest
 * }</pre>
 *
 * A file that does is left in this folder by Jazzer; it becomes a case of {@link
 * BrokenContractsTest} or a line of what {@link ContractFuzzReplayTest} reads.
 */
@Tag("soak")
class ContractFuzzTest {
  @DictionaryFile(resourcePath = "/fuzz-dictionary.txt")
  @FuzzTest(maxDuration = "10m")
  void anyBytesAreContractsOrProblems(byte[] bytes) {
    FuzzTarget.read(bytes);
  }
}
