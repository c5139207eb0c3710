package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchWindowsCommandTest {
  @Test
  void anUnknownCaseIsWrongUsageThatNamesTheKnownOnes() {
    Execution wrong = Execution.of("bench", "windows", "--only", "heap,haep");

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("no case 'haep'", "heap, ", "rocksdb_uncached");
    assertThat(wrong.out()).isEmpty();
  }

  @Test
  void benchAloneListsItsCommands() {
    assertThat(Execution.of("bench").out()).contains("windows");
  }
}
