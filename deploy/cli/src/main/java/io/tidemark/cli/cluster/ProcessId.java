package io.tidemark.cli.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * A process of this machine, also after a while: its number alone may be another's by then.
 *
 * @param pid the system's number of it; 0: none
 * @param startedAtMillis when it was started, in milliseconds since the epoch
 */
record ProcessId(long pid, long startedAtMillis) {
  static final ProcessId NONE = new ProcessId(0, 0);

  /** The start is told in terms of the boot, whose time moves when the clock is set. */
  private static final long TOLERANCE_MILLIS = 2_000;

  static ProcessId of(ProcessHandle process) {
    Instant start = process.info().startInstant().orElse(Instant.EPOCH);
    return new ProcessId(process.pid(), start.toEpochMilli());
  }

  /** The process, if it is still running. */
  Optional<ProcessHandle> find() {
    if (pid == 0) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid).filter(ProcessId::isRunning).filter(this::startedThen);
  }

  /** One that has ended, but whose parent does not ask how, is still listed, without a program. */
  private static boolean isRunning(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private boolean startedThen(ProcessHandle process) {
    long startedMillis = of(process).startedAtMillis;
    return Math.abs(startedMillis - startedAtMillis) <= TOLERANCE_MILLIS;
  }
}
