package io.tidemark.cli.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of the cluster, which keeps its name, its address and its files when it is started
 * again.
 *
 * @param name unique in the cluster
 * @param role what it is to the cluster
 * @param address where it listens
 * @param command what it is started with
 * @param process the running one; {@link ProcessId#NONE} before the first start and after a death
 * @param restarts how often it was started again
 * @param lastDeath how it ended last, null if it never did
 */
record ProcessState(
    String name,
    Role role,
    String address,
    List<String> command,
    ProcessId process,
    int restarts,
    @Nullable String lastDeath) {
  ProcessState {
    command = List.copyOf(command);
  }

  /** One that was never started. */
  static ProcessState planned(String name, Role role, String address, List<String> command) {
    return new ProcessState(name, role, address, command, ProcessId.NONE, 0, null);
  }

  ProcessState started(ProcessId newProcess) {
    return new ProcessState(name, role, address, command, newProcess, restarts, lastDeath);
  }

  /** After a death from which it is to be started again. */
  ProcessState died(String how) {
    return new ProcessState(name, role, address, command, ProcessId.NONE, restarts + 1, how);
  }

  ProcessState ended() {
    return new ProcessState(name, role, address, command, ProcessId.NONE, restarts, lastDeath);
  }
}
