package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdTest {
  @Test
  void findsAProcessThatRuns() {
    ProcessHandle current = ProcessHandle.current();

    assertThat(ProcessId.of(current).find()).contains(current);
  }

  @Test
  void doesNotTakeAnotherProcessForIt() {
    ProcessId current = ProcessId.of(ProcessHandle.current());
    ProcessId earlier = new ProcessId(current.pid(), current.startedAtMillis() - 60_000);

    assertThat(earlier.find()).isEmpty();
    assertThat(ProcessId.NONE.find()).isEmpty();
  }

  @Test
  void doesNotFindWhatHasEnded() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "600").start();
    ProcessId id = ProcessId.of(sleep.toHandle());
    assertThat(id.find()).isPresent();

    sleep.destroyForcibly().waitFor();

    assertThat(id.find()).isEmpty();
  }
}
